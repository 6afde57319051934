"""The core knows no clock, file, socket, environment or entropy: every name that a core library
leaves undefined is on the list below, or is defined by another core library. A list of what is
allowed, for nobody can list everything that is not."""

import re
import subprocess
import sys

from tree import Tree, finish

C_NAMES = set("""memcpy memmove memset memcmp memchr bcmp strlen strcmp strncmp strchr abort
__stack_chk_fail __dso_handle _GLOBAL_OFFSET_TABLE_ __gxx_personality_v0 _Unwind_Resume
__dynamic_cast __tls_get_addr __memcpy_chk __memmove_chk __memset_chk""".split())
ALLOWED = [
    r"__(asan|ubsan|tsan|sanitizer|sancov|gcov|llvm)_",
    r"__cxa_(begin_catch|end_catch|rethrow|throw|throw_bad_array_new_length|allocate_exception|"
    r"free_exception|guard_\w+|pure_virtual|atexit|call_unexpected|get_exception_ptr)$",
    r"operator (new|delete)(\[\])?\(",
    r"(vtable|typeinfo|typeinfo name) for (std|__cxxabiv1|mainstay)::",
    r"std::",
    r"mainstay::sha256\(",  # the one function the core may call outside itself
]
DENIED_STD = re.compile(
    r"std::(chrono::_V2::|chrono::.*::now|random_device|basic_[io]?stream|basic_[io]?fstream|"
    r"basic_ios|ios_base|cout|cerr|clog|cin|locale|filesystem|experimental|thread|this_thread|"
    r"mutex|condition_variable|_V2::condition|__condvar|future|__future|basic_file|"
    r"basic_filebuf|__basic_file|regex|__detail::_Scanner|__cxx11::basic_(string)?(stream|buf|"
    r"ostringstream|istringstream|regex)|time_|__timepunct|__codecvt|_Hash_bytes)|"
    r"std::.*\bnow\(")


def names(archive, option):
    out = subprocess.run(["nm", option, "-C", archive], capture_output=True, text=True, check=True)
    for line in out.stdout.splitlines():
        parts = line.strip().split(" ", 2 if option == "--defined-only" else 1)
        if option == "--defined-only" and len(parts) == 3:
            yield parts[2]
        elif option == "-u" and len(parts) == 2 and parts[0] in ("U", "w", "v"):
            yield parts[1]


def allowed(name, defined):
    if name in C_NAMES or name in defined:
        return True
    if name.startswith("std::") and DENIED_STD.match(name):
        return False
    return any(re.match(pattern, name) for pattern in ALLOWED)


def main():
    tree = Tree(sys.argv[1], sys.argv[2])
    core = [t for t in tree.targets if t["layer"] == "core" and t["archive"] != "-"]
    if not core:
        finish("purity", ["no core library in layers.txt: nothing was looked at"])
    complaints, defined = [], set()
    for target in core:
        try:
            defined |= set(names(target["archive"], "--defined-only"))
        except (subprocess.CalledProcessError, OSError):
            finish("purity", [f"{target['name']}: {target['archive']} is not built"])
    for target in core:
        for name in sorted(set(names(target["archive"], "-u"))):
            if not allowed(name, defined):
                complaints.append(f"{target['folder']}: core library {target['name']} knows {name}")
    finish("purity", complaints)


main()

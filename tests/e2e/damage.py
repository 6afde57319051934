"""Damages an LMDB file: damage.py FILE cut|page|bit

cut: the second half is gone. page: each page that holds a record is all zeros, as after a lost write.
bit: one bit is the other way round in the value of each record, wherever an old copy of it lies, too."""

import pathlib
import re
import sys

PAGE = 4096
# Records have the schema's number and two zeros before their sum: see common/store/record.h.
KEY = re.compile(rb"(?:host|attempt|rollout|audit)/[ -~]{1,64}?\x01\x00\x00\x00")


def main():
    path, how = pathlib.Path(sys.argv[1]), sys.argv[2]
    data = bytearray(path.read_bytes())
    places = [match.end() for match in KEY.finditer(data)]
    if not places:
        sys.exit(f"no record in {path}")
    if how == "cut":
        del data[len(data) // 2 // PAGE * PAGE:]
    for at in places if how != "cut" else []:
        if how == "page":
            start = at // PAGE * PAGE
            data[start:start + PAGE] = bytes(PAGE)
        else:
            data[at + 4] ^= 4  # behind the sum
    path.write_bytes(data)


main()

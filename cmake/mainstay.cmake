# The house rules as build functions.
#
#   mainstay_library(NAME LAYER core|port|adapter|shell [UNITY n] [SLOW] SOURCES ... DEPENDS ...
#                    LIBRARIES ...)
#   mainstay_program(NAME [UNITY n] SOURCES ... DEPENDS ... LIBRARIES ...)
#   mainstay_test(NAME KIND unit|property|scenario|simulation|e2e|tidy [UNITY n] SOURCES ... DEPENDS ...
#                 LIBRARIES ...)
#   mainstay_script_test(NAME KIND COMMAND ...)
#   mainstay_fuzz(NAME SOURCES ... DEPENDS ...)       corpus in tests/fuzz/corpus/NAME
#   mainstay_mutants(PREFIX MAIN ... LIBRARY ... ONLY ...)
#
# For the tests under sanitizers 8 files of a target are compiled as one, or UNITY n (0: all, 1: each alone):
# the headers cost more than the files do. So anonymous names differ within a target. What is shipped,
# and what mainstay_mutants takes apart, is compiled file by file.
# DEPENDS names our own targets, LIBRARIES foreign ones. The layer rule (ARCHITECTURE.md) is checked
# at the end of the configure step, when every target is known:
#   core -> core; port -> core, port; adapter -> core, port; shell -> anything; agent and coordinator
#   never link each other; foreign libraries only in adapters and shells.

include(CheckCXXSourceCompiles)

function(mainstay_compiler_settings)
  set(CMAKE_CXX_STANDARD 23 PARENT_SCOPE)
  set(CMAKE_CXX_STANDARD_REQUIRED ON PARENT_SCOPE)
  set(CMAKE_CXX_EXTENSIONS OFF PARENT_SCOPE)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON PARENT_SCOPE)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON PARENT_SCOPE)
  find_program(CCACHE ccache)
  if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE} PARENT_SCOPE)
  endif()
  add_library(mainstay_warnings INTERFACE)
  target_compile_options(mainstay_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wswitch-enum
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wundef)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # CHECK(!"what went wrong") is meant; GCC 12's own stable_sort uses what it calls deprecated.
    target_compile_options(mainstay_warnings INTERFACE
      -Wno-string-conversion -Wno-deprecated-declarations)
  endif()
  if(MAINSTAY_WERROR)
    target_compile_options(mainstay_warnings INTERFACE -Werror)
  endif()
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
  if(NOT MAINSTAY_SANITIZE)
    # An archive gives a program whole objects. What is used of them is a small part, and the rest takes
    # memory with each page that it shares with the part.
    add_compile_options(-ffunction-sections -fdata-sections)
    add_link_options(-Wl,--gc-sections)
  endif()
  if(MAINSTAY_SANITIZE)
    # Without no-recover an undefined shift only prints a line, and the test passes.
    add_compile_options(-fsanitize=${MAINSTAY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${MAINSTAY_SANITIZE})
    # A third of the time to compile goes into these four at each member and pointer. A null pointer
    # is seen by AddressSanitizer, too; the fuzz preset, with another compiler, looks for all.
    if(MAINSTAY_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      add_compile_options(-fno-sanitize=null,alignment,object-size,vptr)
    endif()
    # GCC documents false alarms of this warning under sanitizers, std::variant above all; the
    # release build has it.
    target_compile_options(mainstay_warnings INTERFACE
      $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
      # clang-tidy reads GCC's command lines and knows no such warning.
      $<$<CXX_COMPILER_ID:GNU>:-Wno-unknown-warning-option>)
  endif()
  if(MAINSTAY_FUZZ)
    # Every library reports its coverage; without it the fuzzer would be blind outside the harness.
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
  include_directories(${CMAKE_SOURCE_DIR})
  # What is shipped, without the tests: `ninja programs`.
  add_custom_target(programs)
  # The fuzz targets alone, of a build with MAINSTAY_FUZZ.
  add_custom_target(fuzzers)
endfunction()

macro(mainstay_find_libraries)
  find_package(PkgConfig REQUIRED)
  find_package(GTest REQUIRED)
  find_package(Threads REQUIRED)
  find_package(CapnProto REQUIRED)
  find_package(OpenSSL REQUIRED)
  find_package(fmt REQUIRED)
  find_package(nlohmann_json REQUIRED)
  find_package(CLI11 REQUIRED)
  find_package(yaml-cpp REQUIRED)
  pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
  pkg_check_modules(LMDB REQUIRED IMPORTED_TARGET lmdb)
  pkg_check_modules(ZMQ REQUIRED IMPORTED_TARGET libzmq)
  pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
  pkg_check_modules(APTPKG REQUIRED IMPORTED_TARGET apt-pkg)
  pkg_check_modules(EXPAT REQUIRED IMPORTED_TARGET expat)
  pkg_check_modules(MOUNT REQUIRED IMPORTED_TARGET mount)
  pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
endmacro()

# Every folder with a CMakeLists.txt of its own is taken in; nothing is listed twice.
function(mainstay_add_folders)
  file(GLOB_RECURSE lists RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS
    schemas/CMakeLists.txt common/*/CMakeLists.txt agent/*CMakeLists.txt coordinator/*CMakeLists.txt
    tests/*CMakeLists.txt)
  list(SORT lists)
  foreach(file ${lists})
    get_filename_component(folder ${file} DIRECTORY)
    if(MAINSTAY_WITHOUT AND folder MATCHES "${MAINSTAY_WITHOUT}")
      continue()
    endif()
    add_subdirectory(${folder})
  endforeach()
endfunction()

function(mainstay_unity name batch)
  if(batch STREQUAL "")
    set(batch 8)
  endif()
  if(MAINSTAY_SANITIZE AND NOT batch EQUAL 1)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${batch})
  endif()
endfunction()

# What rests on every host most of the time is compiled for its size: the agent's side, and of common/
# what the agent links. A message is encoded in 2.1 us where it took 0.8 and decoded in 1.1 where it took
# 0.6, of some 270 that the centre has to do with a report. The rest of the centre is for speed.
function(mainstay_compile_small name)
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  if(folder MATCHES "^(agent/|common/(core|fabric|loop|plan|wire)$)" AND NOT MAINSTAY_SANITIZE)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-Os>)
  endif()
endfunction()

function(mainstay_library name)
  cmake_parse_arguments(arg "SLOW" "LAYER;UNITY" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  if(NOT arg_LAYER MATCHES "^(core|port|adapter|shell)$")
    message(FATAL_ERROR "${name}: LAYER must be core, port, adapter or shell")
  endif()
  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC ${arg_DEPENDS} ${arg_LIBRARIES} PRIVATE mainstay_warnings)
    mainstay_unity(${name} "${arg_UNITY}")
    mainstay_compile_small(${name})
    if(arg_LAYER STREQUAL "shell" AND NOT arg_SLOW)
      mainstay_compile_cheaply(${name})
    endif()
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${arg_DEPENDS} ${arg_LIBRARIES})
  endif()
  if(arg_LIBRARIES AND arg_LAYER MATCHES "^(core|port)$")
    message(FATAL_ERROR "${name}: a ${arg_LAYER} library links no foreign library (${arg_LIBRARIES})")
  endif()
  mainstay_remember(${name} ${arg_LAYER} "${arg_DEPENDS}" "${arg_SOURCES}")
endfunction()

function(mainstay_program name)
  cmake_parse_arguments(arg "" "UNITY" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  mainstay_unity(${name} "${arg_UNITY}")
  mainstay_compile_small(${name})
  mainstay_compile_cheaply(${name})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} ${arg_LIBRARIES} mainstay_warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  add_dependencies(programs ${name})
  mainstay_remember(${name} program "${arg_DEPENDS}" "${arg_SOURCES}")
endfunction()

# Under sanitizers only what the simulator runs for minutes is optimised: cores, ports, adapters,
# and itself (SLOW). The rest is compiled in half the time without.
function(mainstay_compile_cheaply name)
  if(MAINSTAY_SANITIZE AND NOT MAINSTAY_FUZZ)
    target_compile_options(${name} PRIVATE -O0)
  endif()
endfunction()

function(mainstay_test name)
  cmake_parse_arguments(arg "" "KIND;UNITY" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  if(NOT arg_KIND MATCHES "^(unit|property|scenario|simulation|e2e|tidy)$")
    message(FATAL_ERROR "${name}: KIND must be unit, property, scenario, simulation, e2e or tidy")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} ${arg_LIBRARIES} mainstay_warnings
    GTest::gtest GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${name} PRIVATE
    MAINSTAY_SOURCE_DIR="${CMAKE_SOURCE_DIR}" MAINSTAY_BINARY_DIR="${CMAKE_BINARY_DIR}")
  mainstay_unity(${name} "${arg_UNITY}")
  if(NOT arg_KIND STREQUAL "simulation")
    mainstay_compile_cheaply(${name})
  endif()
  add_test(NAME ${name} COMMAND ${name})
  mainstay_test_properties(${name} ${arg_KIND})
  mainstay_remember(${name} test "${arg_DEPENDS}" "${arg_SOURCES}")
endfunction()

# A fuzz target is a libFuzzer binary with MAINSTAY_FUZZ, and otherwise a test that replays the corpus.
function(mainstay_fuzz name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  set(report ${CMAKE_SOURCE_DIR}/tests/fuzz/report.cc)
  if(MAINSTAY_FUZZ)
    add_executable(${name} ${arg_SOURCES} ${report})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${name})
  else()
    add_executable(${name} ${arg_SOURCES} ${report} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cc)
    mainstay_compile_cheaply(${name})
    add_test(NAME ${name} COMMAND ${name} ${corpus})
    mainstay_test_properties(${name} unit)
  endif()
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} core mainstay_warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  mainstay_remember(${name} test "${arg_DEPENDS}" "${arg_SOURCES}")
endfunction()

# A test in another language than C++: mainstay_script_test(NAME KIND COMMAND ...)
# One program a guard taken out (tests/simulation/mutants.py), from the object library MAIN over
# LIBRARY: PREFIX_I07, and so on, for the invariants named or for all. The changed source comes before
# the library that holds the same names, so that is never pulled. A change in the model of one kind
# of test is no part of another kind's programs.
function(mainstay_mutants prefix)
  cmake_parse_arguments(arg "" "MAIN;LIBRARY" "ONLY" ${ARGN})
  set(script ${CMAKE_SOURCE_DIR}/tests/simulation/mutants.py)
  execute_process(
    COMMAND python3 ${script} ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/mutants
    OUTPUT_VARIABLE mutants OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n" ";" mutants "${mutants}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script})
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  if(NOT TARGET mutants)
    add_custom_target(mutants)
  endif()
  foreach(mutant IN LISTS mutants)
    string(REPLACE " " ";" words "${mutant}")
    list(POP_FRONT words invariant)
    if(arg_ONLY AND NOT invariant IN_LIST arg_ONLY)
      continue()
    endif()
    set(sources "")
    foreach(path IN LISTS words)
      if(path MATCHES "^tests/" AND NOT path MATCHES "^${folder}/")
        continue()
      endif()
      list(APPEND sources ${CMAKE_BINARY_DIR}/mutants/${invariant}/${path})
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${path})
    endforeach()
    set(name ${prefix}_${invariant})
    add_executable(${name} EXCLUDE_FROM_ALL $<TARGET_OBJECTS:${arg_MAIN}> ${sources})
    target_link_libraries(${name} PRIVATE ${arg_LIBRARY} mainstay_warnings)
    # What a guard was the only one to use is idle now.
    target_compile_options(${name} PRIVATE -Wno-unused)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_dependencies(mutants ${name})
  endforeach()
endfunction()

function(mainstay_script_test name kind)
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
  mainstay_test_properties(${name} ${kind})
endfunction()

# A test that cannot run here exits 77 and prints "SKIP: reason". The time limits are several times
# what a loaded machine with two cores needs; a hung test must not hang the whole run.
function(mainstay_test_properties name kind)
  set(timeout 180)
  if(kind MATCHES "^(property|scenario|e2e)$")
    set(timeout 300)
  elseif(kind STREQUAL "simulation")
    set(timeout 900)
  elseif(kind STREQUAL "lint")
    set(timeout 1800)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${kind} TIMEOUT ${timeout} SKIP_RETURN_CODE 77)
  if(kind MATCHES "^(e2e|lint)$")
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
  if(kind STREQUAL "simulation" AND MAINSTAY_SANITIZE MATCHES "address")
    # A third of its time went into stacks of each allocation and a quarantine larger than the cache.
    # `tests/simulation/replay SEED` shows a failed seed with the sanitizer's own defaults.
    set_tests_properties(${name} PROPERTIES
      ENVIRONMENT "ASAN_OPTIONS=malloc_context_size=3:quarantine_size_mb=8:thread_local_quarantine_size_kb=64")
  endif()
  if(MAINSTAY_SANITIZE MATCHES "thread")
    # The packaged libzmq is not instrumented and reports races that are none.
    set_tests_properties(${name} PROPERTIES
      ENVIRONMENT "TSAN_OPTIONS=ignore_noninstrumented_modules=1")
  endif()
endfunction()

function(mainstay_remember name layer depends sources)
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(GLOBAL APPEND PROPERTY MAINSTAY_TARGETS ${name})
  set_property(GLOBAL PROPERTY MAINSTAY_LAYER_${name} ${layer})
  set_property(GLOBAL PROPERTY MAINSTAY_FOLDER_${name} ${folder})
  set_property(GLOBAL PROPERTY MAINSTAY_DEPENDS_${name} ${depends})
  set_property(GLOBAL PROPERTY MAINSTAY_SOURCES_${name} ${sources})
endfunction()

function(mainstay_check_layers)
  set(allowed_core core)
  set(allowed_port core port)
  set(allowed_adapter core port)
  set(allowed_shell core port adapter shell)
  set(allowed_program core port adapter shell)
  set(allowed_test core port adapter shell)
  get_property(targets GLOBAL PROPERTY MAINSTAY_TARGETS)
  foreach(name ${targets})
    get_property(layer GLOBAL PROPERTY MAINSTAY_LAYER_${name})
    get_property(folder GLOBAL PROPERTY MAINSTAY_FOLDER_${name})
    get_property(depends GLOBAL PROPERTY MAINSTAY_DEPENDS_${name})
    foreach(other ${depends})
      get_property(other_layer GLOBAL PROPERTY MAINSTAY_LAYER_${other})
      get_property(other_folder GLOBAL PROPERTY MAINSTAY_FOLDER_${other})
      if(NOT other_layer)
        message(FATAL_ERROR "${name} (${folder}) DEPENDS on ${other}, which is no Mainstay target")
      endif()
      if(NOT other_layer IN_LIST allowed_${layer})
        message(FATAL_ERROR "${name} (${layer}) must not link ${other} (${other_layer})")
      endif()
      if((folder MATCHES "^agent/" AND other_folder MATCHES "^coordinator/") OR
         (folder MATCHES "^coordinator/" AND other_folder MATCHES "^agent/") OR
         (folder MATCHES "^common/" AND other_folder MATCHES "^(agent|coordinator)/"))
        message(FATAL_ERROR "${name} (${folder}) must not link ${other} (${other_folder})")
      endif()
    endforeach()
  endforeach()
  mainstay_write_layers()
endfunction()

# layers.txt in the build folder tells the tidy tests what is core and where its archive lies: a
# line a target, "name|layer|folder|archive or -|source;source".
function(mainstay_write_layers)
  get_property(targets GLOBAL PROPERTY MAINSTAY_TARGETS)
  set(lines "")
  foreach(name ${targets})
    get_property(layer GLOBAL PROPERTY MAINSTAY_LAYER_${name})
    get_property(folder GLOBAL PROPERTY MAINSTAY_FOLDER_${name})
    get_property(sources GLOBAL PROPERTY MAINSTAY_SOURCES_${name})
    get_target_property(type ${name} TYPE)
    set(archive "-")
    if(type STREQUAL "STATIC_LIBRARY")
      set(archive "$<TARGET_FILE:${name}>")
    endif()
    string(APPEND lines "${name}|${layer}|${folder}|${archive}|${sources}\n")
  endforeach()
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/layers.txt CONTENT "${lines}")
endfunction()

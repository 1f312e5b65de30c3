# Fuzzers under AddressSanitizer and UndefinedBehaviorSanitizer, whatever the rest of the build is.
#
# Only what a fuzzer runs is compiled a second time. A report ends the program. ASAN_OPTIONS, UBSAN_OPTIONS and
# COSTATE_SEED of the environment reach the tests: `COSTATE_SEED=7 ctest -R fuzz` repeats a run.
#
# Indices of vectors are checked by _GLIBCXX_ASSERTIONS. libstdc++'s other check, of what lies between a vector's size
# and its capacity (container-overflow, _GLIBCXX_SANITIZE_VECTOR), stays off, as it is by default: the system's ANTLR
# and GoogleTest are not sanitized and share vectors with our code, and what they append would be reported.
set(costate_sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)

# costate_sanitized(name library pattern ...): sources of these libraries whose paths match, with sanitizers.
function(costate_sanitized name)
  set(sources)
  set(libraries ${ARGN})
  while(libraries)
    list(POP_FRONT libraries library pattern)
    get_target_property(folder ${library} SOURCE_DIR)
    get_target_property(files ${library} SOURCES)
    list(FILTER files INCLUDE REGEX ${pattern})
    foreach(file ${files})
      cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${folder})
      list(APPEND sources ${file})
    endforeach()
    list(APPEND originals ${library})
  endwhile()
  add_library(${name} STATIC ${sources})
  add_dependencies(${name} ${originals}) # generated sources exist
  target_compile_options(${name} PUBLIC -O1 -g1 ${costate_sanitizers})
  target_compile_definitions(${name} PUBLIC _GLIBCXX_ASSERTIONS)
  target_link_options(${name} PUBLIC ${costate_sanitizers})
  foreach(library ${originals}) # what the sources need to be compiled and linked, but not the libraries themselves
    target_include_directories(${name} PUBLIC $<TARGET_PROPERTY:${library},INTERFACE_INCLUDE_DIRECTORIES>)
    target_include_directories(${name} SYSTEM PUBLIC $<TARGET_PROPERTY:${library},INTERFACE_SYSTEM_INCLUDE_DIRECTORIES>)
    target_compile_options(${name} PUBLIC $<TARGET_PROPERTY:${library},COMPILE_OPTIONS>)
    get_target_property(needed ${library} LINK_LIBRARIES)
    list(REMOVE_ITEM needed ${originals})
    target_link_libraries(${name} PUBLIC ${needed})
  endforeach()
endfunction()

# costate_fuzzer(Name source seconds library flags...): the test fuzz-... runs it; where clang and its fuzzer runtime are
# found, Name-libfuzzer is a libFuzzer program of the same sources, which only `ninja Name-libfuzzer` builds:
# (the flags link what the library needs)
#   mkdir corpus && bin/FuzzReaders-libfuzzer -max_total_time=600 corpus
function(costate_fuzzer name source seconds library)
  add_executable(${name} ${source} support/FuzzMain.cpp)
  target_link_libraries(${name} PRIVATE ${library})
  string(REGEX REPLACE "([a-z])([A-Z])" "\\1-\\2" test ${name})
  string(TOLOWER ${test} test)
  add_test(NAME ${test} COMMAND ${name} --seconds ${seconds})
  if(NOT COSTATE_LIBFUZZER)
    return()
  endif()
  set(program ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name}-libfuzzer)
  set(includes $<TARGET_PROPERTY:${name},INCLUDE_DIRECTORIES>)
  set(definitions $<TARGET_PROPERTY:${name},COMPILE_DEFINITIONS>)
  add_custom_command(OUTPUT ${program}
    COMMAND ${COSTATE_CLANG} -std=c++20 -ivfsoverlay ${CMAKE_CURRENT_BINARY_DIR}/overlay.yaml -fsanitize=fuzzer $<TARGET_PROPERTY:${name},COMPILE_OPTIONS> -w
            "-I$<JOIN:${includes},;-I>" "-D$<JOIN:${definitions},;-D>" $<TARGET_PROPERTY:${library},SOURCES>
            ${CMAKE_CURRENT_SOURCE_DIR}/${source} ${CMAKE_CURRENT_SOURCE_DIR}/support/FuzzLibFuzzer.cpp -o ${program}
            ${ARGN}
    DEPENDS ${name} support/FuzzLibFuzzer.cpp COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(${name}-libfuzzer DEPENDS ${program})
endfunction()

# clang refuses one header of ANTLR 4.9 that nobody needs (it makes a class with uninitialized const members): for
# it that file is empty.
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/empty.h "")
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/overlay.yaml
     "{\"version\": 0, \"roots\": [{\"type\": \"file\", \"name\": \"${ANTLR4_INCLUDE}/misc/InterpreterDataReader.h\","
     "\"external-contents\": \"${CMAKE_CURRENT_BINARY_DIR}/empty.h\"}]}\n")

# clang with its fuzzer runtime, which not every package brings.
find_program(COSTATE_CLANG NAMES clang++-19 clang++)
if(COSTATE_CLANG AND NOT DEFINED COSTATE_LIBFUZZER)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/empty-fuzzer.cpp
       "extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char *, unsigned long) { return 0; }\n")
  execute_process(COMMAND ${COSTATE_CLANG} -fsanitize=fuzzer,address ${CMAKE_CURRENT_BINARY_DIR}/empty-fuzzer.cpp
                          -o ${CMAKE_CURRENT_BINARY_DIR}/empty-fuzzer
                  RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  if(failed)
    set(COSTATE_LIBFUZZER OFF CACHE BOOL "libFuzzer programs beside the fuzzers (need clang)")
  else()
    set(COSTATE_LIBFUZZER ON CACHE BOOL "libFuzzer programs beside the fuzzers (need clang)")
  endif()
endif()

# Installs the build, builds the consumer against the install from an empty folder, and runs it.
#
# cmake -D BUILD=… -D SOURCE=… -D WORK=… -P install_test.cmake
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} -S ${SOURCE}/tests/packaging/consumer -B ${WORK}/build -G Ninja -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_PREFIX_PATH=${WORK}/prefix)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer ${SOURCE}/examples/recordings/sign_in.json ${SOURCE}/examples/data/accounts.csv)
message(STATUS "the consumer says: ${output}")
run(${WORK}/prefix/bin/reprise --version)
message(STATUS "the installed program says: ${output}")

# Nothing of the build's own place is left in what is installed.
file(GLOB_RECURSE files ${WORK}/prefix/lib*/cmake/*.cmake)
foreach(file ${files})
  file(READ ${file} text)
  string(FIND "${text}" "${SOURCE}" at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "${file} names the source folder ${SOURCE}")
  endif()
endforeach()

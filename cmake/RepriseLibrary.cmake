include(GNUInstallDirs)

# reprise_library(<module> HEADERS <public...> SOURCES <private...> [DEPENDS <public targets...>] [PRIVATE_DEPENDS <targets...>])
# One static library per module: target reprise_<module>, alias reprise::<module>. Public headers live in
# <module>/include and form a FILE_SET, so that install, export and the compile check of each header alone
# (target all_verify_interface_header_sets) come from CMake.
function(reprise_library module)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "HEADERS;SOURCES;DEPENDS;PRIVATE_DEPENDS")
  set(target reprise_${module})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(reprise::${module} ALIAS ${target})
  list(TRANSFORM ARG_HEADERS PREPEND include/reprise/${module}/)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${ARG_HEADERS})
  target_include_directories(${target} PRIVATE src)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${module} VERIFY_INTERFACE_HEADER_SETS ON)
  reprise_warnings(${target})
  # Half of what a sanitized build spends on most files is these. Not in the others: there GCC 12, given precompiled
  # headers, warns of the standard library's own code.
  if(REPRISE_SANITIZED AND fmt::fmt IN_LIST ARG_PRIVATE_DEPENDS)
    target_precompile_headers(${target} PRIVATE <algorithm> <chrono> <filesystem> <functional> <map> <memory> <optional>
                              <string> <thread> <vector> <boost/json/object.hpp> <boost/json/value.hpp> <fmt/format.h>)
  endif()
  install(TARGETS ${target} EXPORT reprise FILE_SET HEADERS ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# reprise_beast_sources(<file...>)
# Files full of Boost.Beast's templates, which take minutes where others take seconds. Sanitized ones go without the checks
# of each pointer's value, half of those minutes: AddressSanitizer sees bad ones.
function(reprise_beast_sources)
  if(REPRISE_SANITIZED)
    set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS "-fno-sanitize=null,alignment,vptr,object-size")
  endif()
endfunction()

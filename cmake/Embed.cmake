# SPDX-License-Identifier: Apache-2.0
# Text files as constants of the program: SQL migrations, GraphQL documents, seed tables.

# crossdock_embed(target symbol files...): generates <symbol>.cpp for `target`, defining
#   namespace crossdock::embedded { extern const std::vector<std::pair<std::string_view, std::string_view>> <symbol>; }
# with (file name without folder, content) in the order given. Declared by the one source that uses it.
function(crossdock_embed target symbol)
  set(out ${CMAKE_BINARY_DIR}/generated/embedded/${symbol}.cpp)
  set(content "#include <string_view>\n#include <utility>\n#include <vector>\nnamespace crossdock::embedded {\n")
  string(APPEND content "extern const std::vector<std::pair<std::string_view, std::string_view>> ${symbol};\n")
  string(APPEND content "const std::vector<std::pair<std::string_view, std::string_view>> ${symbol} = {\n")
  foreach(file ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    get_filename_component(name ${file} NAME)
    # MSVC and readers of the generated file like shorter literals; adjacent ones are joined by the compiler.
    string(LENGTH "${text}" length)
    set(literal "")
    set(at 0)
    while(at LESS length)
      string(SUBSTRING "${text}" ${at} 8000 piece)
      string(APPEND literal "R\"~~~(${piece})~~~\"\n")
      math(EXPR at "${at} + 8000")
    endwhile()
    if(literal STREQUAL "")
      set(literal "\"\"")
    endif()
    string(APPEND content "{\"${name}\", ${literal}},\n")
  endforeach()
  string(APPEND content "};\n}\n")
  file(CONFIGURE OUTPUT ${out} CONTENT "${content}" @ONLY)
  target_sources(${target} PRIVATE ${out})
endfunction()

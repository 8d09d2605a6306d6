# Writes OUT, a C++ file in which weir::report::asset_NAME() answers the bytes of the files IN, one after the other.
file(WRITE "${OUT}" "#include \"assets.hpp\"\nnamespace weir::report {\nstd::string_view asset_${NAME}() { return R\"weir_asset(")
foreach(one IN LISTS IN)
  file(READ "${one}" text)
  file(APPEND "${OUT}" "${text}")
endforeach()
file(APPEND "${OUT}" ")weir_asset\"; }\n}\n")

# Writes OUT, a C++ file in which weir::report::asset_NAME() answers the bytes of IN.
file(READ "${IN}" text)
file(WRITE "${OUT}" "#include \"assets.hpp\"\nnamespace weir::report {\nstd::string_view asset_${NAME}() { return R\"weir_asset(")
file(APPEND "${OUT}" "${text}")
file(APPEND "${OUT}" ")weir_asset\"; }\n}\n")

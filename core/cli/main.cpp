#include "cli/weir_main.hpp"

int main(int argc, char** argv) { return weir_main(argc, argv); }

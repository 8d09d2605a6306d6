#pragma once
// The way into libweir.so for the `weir` binary.

/// Runs one command line and returns the exit code. Exported from libweir.so.
extern "C" int weir_main(int argc, char** argv);

/* What every fixture library here says of itself in its file. Written for C and C++. */
#ifndef WEIR_TESTS_PLUGINS_DESCRIPTOR_H
#define WEIR_TESTS_PLUGINS_DESCRIPTOR_H
#include <weir/abi.h>

#define FIXTURE_EXPORT __attribute__((visibility("default")))

#define FIXTURE_LIBRARY(major, minor, name, version)                                                 \
  __attribute__((section(".weir.plugin"), used)) static const weir_descriptor fixture_descriptor = { \
      {'W', 'E', 'I', 'R', 'P', 'L', 'G', '1'},                                                      \
      major,                                                                                         \
      minor,                                                                                         \
      name,                                                                                          \
      version,                                                                                       \
      "fixture",                                                                                     \
      "any compiler",                                                                                \
      "none",                                                                                        \
      "any"}

#define FIXTURE_COMPONENT(index, kind, name)                                                               \
  __attribute__((section(".weir.names"), used)) static const weir_descriptor_name fixture_name_##index = { \
      kind, name}

#define FIXTURE_STR(text) {text, sizeof(text) - 1}

#endif

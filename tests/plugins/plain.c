/* plain: a shared library that has nothing to do with Weir. */
#include "descriptor.h"

FIXTURE_EXPORT int plain_answer(void);
FIXTURE_EXPORT int plain_answer(void) { return 42; }

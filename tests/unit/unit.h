/* cmocka wants these before itself. */
#ifndef MAITRED_TESTS_UNIT_H
#define MAITRED_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif

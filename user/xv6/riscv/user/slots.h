/*
 * XV6_SLOTS(fmt, a, b): fmt, and an array of a and b as 64-bit numbers.
 *
 * On a RISC-V a program may print a uint64 with %d, or a pointer with %lx:
 * every argument has 64 bits of which printf takes what it wants.  On our
 * machine an argument of another size than printf expects shifts all that
 * follow.  So xv6-riscv's printf takes an array with 64 bits for each argument.
 */
#pragma once

#define XV6_SLOTS(...)                                                      \
    XV6_PICK(__VA_ARGS__, XV6_16, XV6_15, XV6_14, XV6_13, XV6_12, XV6_11,   \
             XV6_10, XV6_9, XV6_8, XV6_7, XV6_6, XV6_5, XV6_4, XV6_3,       \
             XV6_2, XV6_1, XV6_0, 0)(__VA_ARGS__)

/* The macro for as many arguments as there are behind the format. */
#define XV6_PICK(fmt, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, macro,  \
                 ...) macro

#define XV6_ARRAY(fmt, ...) fmt, (const long long[]){ __VA_ARGS__ }
#define XV6_0(f) XV6_ARRAY(f, 0)
#define XV6_1(f, ...) XV6_ARRAY(f, XV6_A1(__VA_ARGS__))
#define XV6_2(f, ...) XV6_ARRAY(f, XV6_A2(__VA_ARGS__))
#define XV6_3(f, ...) XV6_ARRAY(f, XV6_A3(__VA_ARGS__))
#define XV6_4(f, ...) XV6_ARRAY(f, XV6_A4(__VA_ARGS__))
#define XV6_5(f, ...) XV6_ARRAY(f, XV6_A5(__VA_ARGS__))
#define XV6_6(f, ...) XV6_ARRAY(f, XV6_A6(__VA_ARGS__))
#define XV6_7(f, ...) XV6_ARRAY(f, XV6_A7(__VA_ARGS__))
#define XV6_8(f, ...) XV6_ARRAY(f, XV6_A8(__VA_ARGS__))
#define XV6_9(f, ...) XV6_ARRAY(f, XV6_A9(__VA_ARGS__))
#define XV6_10(f, ...) XV6_ARRAY(f, XV6_A10(__VA_ARGS__))
#define XV6_11(f, ...) XV6_ARRAY(f, XV6_A11(__VA_ARGS__))
#define XV6_12(f, ...) XV6_ARRAY(f, XV6_A12(__VA_ARGS__))
#define XV6_13(f, ...) XV6_ARRAY(f, XV6_A13(__VA_ARGS__))
#define XV6_14(f, ...) XV6_ARRAY(f, XV6_A14(__VA_ARGS__))
#define XV6_15(f, ...) XV6_ARRAY(f, XV6_A15(__VA_ARGS__))
#define XV6_16(f, ...) XV6_ARRAY(f, XV6_A16(__VA_ARGS__))

#define XV6_A1(x) (long long)(x)
#define XV6_A2(x, ...) (long long)(x), XV6_A1(__VA_ARGS__)
#define XV6_A3(x, ...) (long long)(x), XV6_A2(__VA_ARGS__)
#define XV6_A4(x, ...) (long long)(x), XV6_A3(__VA_ARGS__)
#define XV6_A5(x, ...) (long long)(x), XV6_A4(__VA_ARGS__)
#define XV6_A6(x, ...) (long long)(x), XV6_A5(__VA_ARGS__)
#define XV6_A7(x, ...) (long long)(x), XV6_A6(__VA_ARGS__)
#define XV6_A8(x, ...) (long long)(x), XV6_A7(__VA_ARGS__)
#define XV6_A9(x, ...) (long long)(x), XV6_A8(__VA_ARGS__)
#define XV6_A10(x, ...) (long long)(x), XV6_A9(__VA_ARGS__)
#define XV6_A11(x, ...) (long long)(x), XV6_A10(__VA_ARGS__)
#define XV6_A12(x, ...) (long long)(x), XV6_A11(__VA_ARGS__)
#define XV6_A13(x, ...) (long long)(x), XV6_A12(__VA_ARGS__)
#define XV6_A14(x, ...) (long long)(x), XV6_A13(__VA_ARGS__)
#define XV6_A15(x, ...) (long long)(x), XV6_A14(__VA_ARGS__)
#define XV6_A16(x, ...) (long long)(x), XV6_A15(__VA_ARGS__)

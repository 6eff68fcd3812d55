/* What the machine has is counted as fuzz counts it. */
#include "../fuzz/stock.c"

/* loop - never ends and keeps a CPU busy, to try ^C and kill on. */
int
main(void)
{
    for (;;)
        asm volatile("pause");
}

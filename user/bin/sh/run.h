/* Running commands. */
#pragma once

#include "parse.h"

/*
 * Runs command, and returns the exit status of the last program in it.  Waits
 * for all but what is in the background.
 */
int run(const struct command *command);

/* The status of the last command that ran: what $? stands for. */
int run_status(void);

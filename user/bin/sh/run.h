/* Running commands. */
#pragma once

#include "parse.h"

/*
 * Runs command, and returns the exit status of the last program in it.  Waits
 * for all but what is in the background.
 */
int run(const struct command *command);

/*
 * The same for a shell at the console, where ^C is to end all of the line.  It
 * kills every process but this one, so commands that follow each other run in a
 * process of their own.  A line with cd or exit does not: these are for us.
 */
int run_at_prompt(const struct command *command);

/* The status of the last command that ran: what $? stands for. */
int run_status(void);

/*
 * The parser: one function for each rule of the grammar in parse.h.
 *
 * The line is cut into tokens: words and operators.  Every function starts with
 * the first token of its rule as the current one, and leaves the first token
 * after it.  It returns the tree of what it found, or NULL if that breaks the
 * grammar; a complaint has been printed then.
 */
#include "parse.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    TREE_SIZE = 4096,           // bytes for the tree of a line
    NESTING_MAX = 20,           // parentheses within each other
};

/* Operators, an operator before those that it begins with. */
static const char *const operators[] = {
    "2>&1", "2>>", ">&2", "2>", ">>", "&&", "||",
    ">", "<", "&", "|", ";", "(", ")",
};

enum { NOPERATORS = sizeof operators / sizeof operators[0] };

enum {
    NEW_FILE = O_WRONLY | O_CREATE | O_TRUNC,
    ADD_TO_FILE = O_WRONLY | O_CREATE | O_APPEND,
};

static const struct {
    const char *operator;
    struct redirect redirect;
} redirects[] = {
    { "<", { .fd = 0, .copy_of = -1, .flags = O_RDONLY } },
    { ">", { .fd = 1, .copy_of = -1, .flags = NEW_FILE } },
    { ">>", { .fd = 1, .copy_of = -1, .flags = ADD_TO_FILE } },
    { "2>", { .fd = 2, .copy_of = -1, .flags = NEW_FILE } },
    { "2>>", { .fd = 2, .copy_of = -1, .flags = ADD_TO_FILE } },
    { "2>&1", { .fd = 2, .copy_of = 1 } },
    { ">&2", { .fd = 1, .copy_of = 2 } },
};

enum { NREDIRECTS = sizeof redirects / sizeof redirects[0] };

enum token_type { END, WORD, OPERATOR, BAD };

/* The current token, a piece of the line.  The next one comes after it. */
static struct {
    enum token_type type;
    const char *text;
    int length;
} token;

static int nesting;             // parentheses that are open

/* The trees are cut from here, from the start again for each line. */
static char memory[TREE_SIZE];
static size_t memory_used;

/* Returns zeroed memory, or NULL after a complaint. */
static void *
allocate(size_t size)
{
    if (memory_used + size > sizeof memory) {
        dprintf(STDERR_FILENO, "sh: the line has too many parts\n");
        return NULL;
    }
    void *p = memory + memory_used;
    memory_used += size;
    memset(p, 0, size);
    return p;
}

static struct command *
new_command(enum command_type type, struct command *left,
            struct command *right)
{
    struct command *command = allocate(sizeof *command);

    if (command != NULL) {
        command->type = type;
        command->left = left;
        command->right = right;
    }
    return command;
}

/* Returns where the quoted text that begins at s ends, NULL if it does not. */
static const char *
closing_quote(const char *s)
{
    char quote = *s++;

    for (; *s != quote; s++) {
        if (quote == '"' && *s == '\\' && s[1] != '\0')
            s++;
        if (*s == '\0')
            return NULL;
    }
    return s;
}

/*
 * Returns the length of the word at s, 0 if there is none.  A quoted character
 * is part of a word, whatever it is.  Returns -1 if a quote is not closed.
 */
static int
word_length(const char *s)
{
    const char *start = s;

    for (; *s != '\0' && strchr(" \t\r\n;&|()<>", *s) == NULL; s++) {
        if (*s == '\\' && s[1] != '\0')
            s++;
        else if (*s == '\'' || *s == '"')
            s = closing_quote(s);
        if (s == NULL)
            return -1;
    }
    return (int)(s - start);
}

static void
set_token(enum token_type type, const char *text, int length)
{
    token.type = type;
    token.text = text;
    token.length = length;
}

/* Makes the first token at s the current one. */
static void
scan(const char *s)
{
    s += strspn(s, " \t\r\n");
    if (*s == '\0' || *s == '#') {
        set_token(END, s, 0);
        return;
    }
    for (int i = 0; i < NOPERATORS; i++) {
        size_t length = strlen(operators[i]);
        if (strncmp(s, operators[i], length) == 0) {
            set_token(OPERATOR, s, (int)length);
            return;
        }
    }
    int length = word_length(s);
    set_token(length < 0 ? BAD : WORD, s, length);
}

static void
advance(void)
{
    scan(token.text + token.length);
}

/* Returns whether the current token is this operator. */
static bool
at(const char *operator)
{
    return token.type == OPERATOR &&
           (size_t)token.length == strlen(operator) &&
           strncmp(token.text, operator, strlen(operator)) == 0;
}

/* If the current token is this operator, steps over it and returns true. */
static bool
accept(const char *operator)
{
    if (!at(operator))
        return false;
    advance();
    return true;
}

/* Says that the current token should not be there. */
static void
complain(void)
{
    if (token.type == BAD)
        dprintf(STDERR_FILENO, "sh: syntax error: a quote is not closed\n");
    else if (token.type == END)
        dprintf(STDERR_FILENO, "sh: syntax error: the line ends too early\n");
    else
        dprintf(STDERR_FILENO, "sh: syntax error at %.*s\n", token.length,
                token.text);
}

static struct word *
parse_word(void)
{
    if (token.type != WORD) {
        complain();
        return NULL;
    }
    struct word *word = allocate(sizeof *word);
    if (word != NULL) {
        word->text = token.text;
        word->length = token.length;
        advance();
    }
    return word;
}

/* Returns what the current token redirects, or NULL if it is something else. */
static const struct redirect *
find_redirect(void)
{
    for (int i = 0; i < NREDIRECTS; i++)
        if (at(redirects[i].operator))
            return &redirects[i].redirect;
    return NULL;
}

static struct redirect *
parse_redirect(void)
{
    struct redirect *redirect = allocate(sizeof *redirect);

    if (redirect == NULL)
        return NULL;
    *redirect = *find_redirect();
    advance();
    if (redirect->copy_of >= 0)
        return redirect;
    redirect->path = parse_word();
    return redirect->path != NULL ? redirect : NULL;
}

/* Adds the redirects, and if it is SIMPLE the words, that follow to command. */
static bool
parse_parts(struct command *command)
{
    struct word **last_word = &command->words;
    struct redirect **last_redirect = &command->redirects;

    for (;;) {
        if (find_redirect() != NULL) {
            *last_redirect = parse_redirect();
            if (*last_redirect == NULL)
                return false;
            last_redirect = &(*last_redirect)->next;
        } else if (token.type == WORD && command->type == SIMPLE) {
            *last_word = parse_word();
            if (*last_word == NULL)
                return false;
            last_word = &(*last_word)->next;
        } else {
            return true;
        }
    }
}

static struct command *parse_list(void);

static struct command *
parse_parentheses(void)
{
    nesting++;
    if (nesting > NESTING_MAX) {
        dprintf(STDERR_FILENO, "sh: too many parentheses\n");
        return NULL;
    }
    struct command *inner = parse_list();
    if (inner == NULL)
        return NULL;
    if (!accept(")")) {
        complain();
        return NULL;
    }
    nesting--;
    return new_command(SUBSHELL, inner, NULL);
}

static struct command *
parse_command(void)
{
    struct command *command;

    if (accept("("))
        command = parse_parentheses();
    else
        command = new_command(SIMPLE, NULL, NULL);
    if (command == NULL || !parse_parts(command))
        return NULL;
    if (command->type == SIMPLE && command->words == NULL &&
        command->redirects == NULL) {
        complain();
        return NULL;
    }
    return command;
}

static struct command *
parse_pipeline(void)
{
    struct command *left = parse_command();

    if (left == NULL || !accept("|"))
        return left;
    struct command *right = parse_pipeline();
    if (right == NULL)
        return NULL;
    return new_command(PIPE, left, right);
}

static struct command *
parse_chain(void)
{
    struct command *left = parse_pipeline();

    while (left != NULL && (at("&&") || at("||"))) {
        enum command_type type = at("&&") ? AND : OR;
        advance();
        struct command *right = parse_pipeline();
        if (right == NULL)
            return NULL;
        left = new_command(type, left, right);
    }
    return left;
}

/* A chain, and the ; or & behind it if there is one. */
static struct command *
parse_item(bool *more)
{
    struct command *command = parse_chain();

    *more = at(";") || at("&");
    if (command != NULL && at("&"))
        command = new_command(BACKGROUND, command, NULL);
    if (*more)
        advance();
    return command;
}

static struct command *
parse_list(void)
{
    bool more;
    struct command *list = parse_item(&more);

    while (list != NULL && more && token.type != END && !at(")")) {
        struct command *item = parse_item(&more);
        if (item == NULL)
            return NULL;
        list = new_command(SEQUENCE, list, item);
    }
    return list;
}

bool
parse(const char *line, struct command **tree)
{
    memory_used = 0;
    nesting = 0;
    *tree = NULL;

    scan(line);
    if (token.type == END)
        return true;
    *tree = parse_list();
    if (*tree == NULL)
        return false;
    if (token.type != END) {
        complain();
        return false;
    }
    return true;
}

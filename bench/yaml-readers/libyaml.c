/* Reads YAML with libyaml: to events, and to a tree (yaml_document_t). Prints the CPU time of the best run of each, in ms. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <yaml.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void fail(const char *why) {
    fprintf(stderr, "libyaml: %s\n", why);
    exit(1);
}

static void events(const unsigned char *text, size_t size) {
    yaml_parser_t parser;
    yaml_event_t event;
    int done = 0;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, text, size);
    while (!done) {
        if (!yaml_parser_parse(&parser, &event)) fail(parser.problem);
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

static void tree(const unsigned char *text, size_t size) {
    yaml_parser_t parser;
    yaml_document_t document;
    int done = 0;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, text, size);
    while (!done) {
        if (!yaml_parser_load(&parser, &document)) fail(parser.problem);
        done = !yaml_document_get_root_node(&document);
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
}

static double best(void (*read)(const unsigned char *, size_t), const unsigned char *text, size_t size, int runs) {
    double least = 1e9;
    for (int run = 0; run < runs; run++) {
        double began = now();
        read(text, size);
        double took = now() - began;
        if (took < least) least = took;
    }
    return least;
}

int main(int count, char **arguments) {
    if (count != 3) fail("expected RUNS FILE");
    FILE *file = fopen(arguments[2], "rb");
    if (!file) fail("cannot open the file");
    fseek(file, 0, SEEK_END);
    size_t size = ftell(file);
    rewind(file);
    unsigned char *text = malloc(size);
    if (fread(text, 1, size, file) != size) fail("cannot read the file");
    int runs = atoi(arguments[1]);
    printf("events %.2f\n", best(events, text, size, runs));
    printf("tree %.2f\n", best(tree, text, size, runs));
    return 0;
}

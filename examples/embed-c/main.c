// A C program with a mini-program inside it: the till of a noodle shop. It opens the menu, takes an order by a capability of its
// own, tells the menu that the dish is ready, and prints what the customer reads, and every event.
//
//   CGO_ENABLED=1 go build -buildmode=c-shared -o libdougong.so ./hosts/cabi
//   cc -I. examples/embed-c/main.c -L. -ldougong -o till
//   LD_LIBRARY_PATH=. ./till examples/embed/order examples/embed/till.yaml /tmp/till
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdougong.h"

enum { WAIT = 10000 }; // milliseconds

// check ends the program if something went wrong, and says what. It takes the message's place and not the message: C does
// not say which argument of a call is worked out first, and the message is there once the code is.
static void check(const char *what, int32_t code, char **problem) {
	if (code == 0) return;
	fprintf(stderr, "%s: %s (code %d)\n", what, *problem ? *problem : "?", (int)code);
	dougong_free(*problem);
	exit(1);
}

// take_order carries out the capability. It answers at once; a till that asks a server would keep request and answer later.
static void take_order(void *context, uint64_t request, char *app, char *method, char *params) {
	int *orders = context;
	char answer[64], *problem = NULL;
	printf("%s calls %s with %s\n", app, method, params);
	if (strstr(params, "豆浆")) {
		check("fail", dougong_fail(request, 10001, "sold-out", "no soy milk left today", &problem), &problem);
		return;
	}
	snprintf(answer, sizeof answer, "{\"number\": %d}", ++*orders); // one tap at a time: nobody else counts
	check("answer", dougong_answer(request, answer, &problem), &problem);
}

static char *read_file(const char *path) {
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(1);
	}
	char *text = calloc(1, 1 << 16);
	if (!text || fread(text, 1, (1 << 16) - 1, file) == 0) {
		fprintf(stderr, "%s cannot be read\n", path);
		exit(1);
	}
	fclose(file);
	return text;
}

static void print_text(dougong_host host, int64_t menu) {
	char *text = NULL, *problem = NULL;
	check("text", dougong_text(host, menu, WAIT, &text, &problem), &problem);
	printf("%s\n", text);
	dougong_free(text);
}

// print_events prints what has happened so far.
static void print_events(dougong_host host) {
	for (;;) {
		char *event = NULL, *problem = NULL;
		check("poll", dougong_poll(host, 200, &event, &problem), &problem);
		if (!event) return;
		printf("event %s\n", event);
		dougong_free(event);
	}
}

int main(int argc, char **argv) {
	if (argc != 4) {
		fprintf(stderr, "usage: %s MINIPROGRAM CONTRACT DATA\n", argv[0]);
		return 2;
	}
	char *problem = NULL, *contract = read_file(argv[2]);
	int orders = 0;
	int64_t menu = 0;

	dougong_host host = dougong_new(argv[3]);
	check("add", dougong_add_miniprogram(host, argv[1], &problem), &problem);
	check("offer", dougong_add_capability(host, contract, take_order, &orders, &problem), &problem);
	check("start", dougong_start(host, &problem), &problem);
	check("open", dougong_open(host, "com.example.order", NULL, "{\"table\": \"A1\"}", &menu, &problem), &problem);

	check("tap", dougong_tap(host, menu, ".dish", "牛肉面", WAIT, &problem), &problem);
	print_text(host, menu);
	check("tap", dougong_tap(host, menu, ".dish", "豆浆", WAIT, &problem), &problem);
	print_text(host, menu);
	check("send", dougong_send(host, menu, "served", "{\"number\": 1}", &problem), &problem);
	print_text(host, menu);

	// What is wrong is a code and a message, never a crash.
	int32_t code = dougong_open(host, "com.example.nowhere", NULL, NULL, NULL, &problem);
	printf("code %d: %s\n", (int)code, problem);
	dougong_free(problem);
	problem = NULL;

	check("close", dougong_close(host, menu, &problem), &problem);
	print_events(host);
	check("stop", dougong_stop(host, &problem), &problem);
	printf("a stopped host: code %d\n", (int)dougong_start(host, NULL));
	free(contract);
	return 0;
}

// What a careless C program does with the library: nothing of it may end the program, and all of it has to be an error.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdougong.h"

enum { WAIT = 10000, THREADS = 8, ROUNDS = 3, NOT_FOUND = 14, BAD_PARAMS = 2 };

static int faults;

// want checks a code, and that a message goes with it.
static void want(const char *what, int32_t code, int32_t wanted, char **problem) {
	if (code != wanted || (code != 0) != (*problem != NULL)) {
		printf("%s: code %d, want %d: %s\n", what, (int)code, (int)wanted, *problem ? *problem : "no message");
		faults++;
	}
	dougong_free(*problem);
	*problem = NULL;
}

// An answer by another thread, after the callback has returned.
static void *answer_later(void *request) {
	char *problem = NULL;
	uint64_t number = (uint64_t)(uintptr_t)request;
	want("answer", dougong_answer(number, "{\"number\": 3}", &problem), 0, &problem);
	want("answer twice", dougong_answer(number, "{\"number\": 4}", &problem), NOT_FOUND, &problem);
	want("fail after the answer", dougong_fail(number, 10001, NULL, NULL, &problem), NOT_FOUND, &problem);
	return NULL;
}

static void later(void *context, uint64_t request, char *app, char *method, char *params) {
	pthread_t thread;
	if (context != &faults || strcmp(app, "com.example.order") || strcmp(method, "placeOrder") || !strstr(params, "dish")) faults++;
	pthread_create(&thread, NULL, answer_later, (void *)(uintptr_t)request);
	pthread_detach(thread);
}

// A callback that ends the host in which it is called, although it must not.
static void ending(void *context, uint64_t request, char *app, char *method, char *params) {
	(void)request, (void)app, (void)method, (void)params;
	char *problem = NULL;
	want("stop in a callback", dougong_stop(*(dougong_host *)context, &problem), 0, &problem);
}

static dougong_host begin(char **argv, char *contract, dougong_call call, void *context, const char *data) {
	char *problem = NULL, folder[4096];
	snprintf(folder, sizeof folder, "%s/%s", argv[3], data);
	dougong_host host = dougong_new(folder);
	want("add", dougong_add_miniprogram(host, argv[1], &problem), 0, &problem);
	want("offer", dougong_add_capability(host, contract, call, context, &problem), 0, &problem);
	want("start", dougong_start(host, &problem), 0, &problem);
	return host;
}

static void nothing_there(void) {
	char *problem = NULL, *text = NULL;
	int64_t number = 7;
	for (dougong_host host = 0; host < 100; host += 99) {
		want("config", dougong_set_config(host, NULL, &problem), NOT_FOUND, &problem);
		want("add", dougong_add_miniprogram(host, NULL, &problem), NOT_FOUND, &problem);
		want("offer", dougong_add_capability(host, NULL, NULL, NULL, &problem), NOT_FOUND, &problem);
		want("start", dougong_start(host, &problem), NOT_FOUND, &problem);
		want("address", dougong_address(host, &text, &problem), NOT_FOUND, &problem);
		want("open", dougong_open(host, NULL, NULL, NULL, &number, &problem), NOT_FOUND, &problem);
		want("text", dougong_text(host, -1, -1, &text, &problem), NOT_FOUND, &problem);
		want("tap", dougong_tap(host, 1, NULL, NULL, 0, &problem), NOT_FOUND, &problem);
		want("send", dougong_send(host, 1, NULL, NULL, &problem), NOT_FOUND, &problem);
		want("poll", dougong_poll(host, 0, &text, &problem), NOT_FOUND, &problem);
		want("close", dougong_close(host, 1, &problem), NOT_FOUND, &problem);
		want("stop", dougong_stop(host, &problem), NOT_FOUND, &problem);
		if (dougong_start(host, NULL) != NOT_FOUND) faults++; // nobody wants the message
	}
	want("answer", dougong_answer(0, NULL, &problem), NOT_FOUND, &problem);
	want("fail", dougong_fail(UINT64_MAX, -1, NULL, NULL, &problem), NOT_FOUND, &problem);
	dougong_free(NULL);
	if (text) faults++; // a failure gives no text
}

static void freed_twice(void) {
	char *problem = NULL, *own = strdup("not the library's");
	dougong_start(0, &problem);
	dougong_free(problem);
	dougong_free(problem);
	dougong_free(own);
	free(own);
}

static void wrong_arguments(char **argv, char *contract) {
	char *problem = NULL, *text = NULL, folder[4096];
	int64_t menu = 0;
	snprintf(folder, sizeof folder, "%s/wrong", argv[3]);
	dougong_host host = dougong_new(folder);
	want("open before start", dougong_open(host, "com.example.order", NULL, NULL, &menu, &problem), 1, &problem);
	want("no callback", dougong_add_capability(host, contract, NULL, NULL, &problem), BAD_PARAMS, &problem);
	want("no contract", dougong_add_capability(host, "capability: [", later, NULL, &problem), BAD_PARAMS, &problem);
	want("no UTF-8", dougong_add_miniprogram(host, "\xff\xfe", &problem), BAD_PARAMS, &problem);
	want("nothing to open", dougong_start(host, &problem), 1, &problem);
	want("stop", dougong_stop(host, &problem), 0, &problem);
	want("stop twice", dougong_stop(host, &problem), NOT_FOUND, &problem);

	host = begin(argv, contract, later, &faults, "right");
	want("start twice", dougong_start(host, &problem), 1, &problem);
	want("data that is no JSON", dougong_open(host, "com.example.order", NULL, "{", &menu, &problem), BAD_PARAMS, &problem);
	want("a mini-program of no name", dougong_open(host, NULL, NULL, NULL, NULL, &problem), NOT_FOUND, &problem);
	want("open", dougong_open(host, "com.example.order", NULL, NULL, &menu, &problem), 0, &problem);
	want("send no JSON", dougong_send(host, menu, "served", "{", &problem), BAD_PARAMS, &problem);
	want("send nothing", dougong_send(host, menu, NULL, NULL, &problem), 0, &problem);
	want("text for nobody", dougong_text(host, menu, WAIT, NULL, &problem), 0, &problem);
	want("another number", dougong_text(host, menu + 1, WAIT, &text, &problem), NOT_FOUND, &problem);
	want("event for nobody", dougong_poll(host, -5, NULL, &problem), 0, &problem);
	want("close", dougong_close(host, menu, &problem), 0, &problem);
	want("close twice", dougong_close(host, menu, &problem), NOT_FOUND, &problem);
	want("text of a closed one", dougong_text(host, menu, WAIT, &text, &problem), NOT_FOUND, &problem);
	want("stop", dougong_stop(host, &problem), 0, &problem);
	want("poll after the end", dougong_poll(host, WAIT, &text, &problem), NOT_FOUND, &problem);
}

static void *customer(void *of) {
	dougong_host host = *(dougong_host *)of;
	for (int i = 0; i < ROUNDS; i++) {
		char *problem = NULL, *text = NULL;
		int64_t menu = 0;
		want("open", dougong_open(host, "com.example.order", NULL, NULL, &menu, &problem), 0, &problem);
		want("tap", dougong_tap(host, menu, ".dish", "牛肉面", WAIT, &problem), 0, &problem);
		want("text", dougong_text(host, menu, WAIT, &text, &problem), 0, &problem);
		if (!text || !strstr(text, "3 号")) {
			printf("the customer reads %s\n", text ? text : "nothing");
			faults++;
		}
		dougong_free(text);
		want("close", dougong_close(host, menu, &problem), 0, &problem);
	}
	return NULL;
}

// listener polls until the host is gone.
static void *listener(void *of) {
	char *text = NULL;
	while (dougong_poll(*(dougong_host *)of, 1000, &text, NULL) == 0) {
		dougong_free(text);
		text = NULL;
	}
	return NULL;
}

static void many_threads(char **argv, char *contract) {
	char *problem = NULL;
	pthread_t customers[THREADS], ears[2];
	dougong_host host = begin(argv, contract, later, &faults, "many");
	for (int i = 0; i < 2; i++) pthread_create(&ears[i], NULL, listener, &host);
	for (int i = 0; i < THREADS; i++) pthread_create(&customers[i], NULL, customer, &host);
	for (int i = 0; i < THREADS; i++) pthread_join(customers[i], NULL);
	want("stop", dougong_stop(host, &problem), 0, &problem);
	for (int i = 0; i < 2; i++) pthread_join(ears[i], NULL);
}

static void stopped_within(char **argv, char *contract) {
	static dougong_host host;
	int64_t menu = 0;
	host = begin(argv, contract, ending, &host, "within");
	if (dougong_open(host, "com.example.order", NULL, NULL, &menu, NULL)) faults++;
	dougong_tap(host, menu, ".dish", "牛肉面", WAIT, NULL); // the end comes in between: any code will do
	while (dougong_poll(host, 10, NULL, NULL) == 0) {}
}

int main(int argc, char **argv) {
	static char contract[1 << 16];
	FILE *file = argc == 4 ? fopen(argv[2], "rb") : NULL;
	if (!file || fread(contract, 1, sizeof contract - 1, file) == 0) return 2;
	fclose(file);
	nothing_there();
	freed_twice();
	wrong_arguments(argv, contract);
	many_threads(argv, contract);
	stopped_within(argv, contract);
	printf("%d faults\n", faults);
	return faults != 0;
}

/*
 * PNG (ISO/IEC 15948): signature, header, one chunk of pixels, end. A pixel is one bit, and the bits are stored, not compressed: the
 * largest barcode has 140 kilobytes, and a compressor would be longer than all of this plugin.
 */
#include "png.h"

#include <string.h>

#define STORED_MAX 65535u /* of a deflate block */

typedef struct writer {
	uint8_t *start, *at;
	uint32_t crc, a, b; /* running checksums: of the chunk, of the pixels */
} writer;

static void put(writer *w, uint8_t byte)
{
	*w->at++ = byte;
	w->crc ^= byte;
	for (int k = 0; k < 8; k++)
		w->crc = (w->crc >> 1) ^ ((w->crc & 1) ? 0xEDB88320u : 0);
}

static void put32(writer *w, uint32_t v)
{
	put(w, (uint8_t)(v >> 24));
	put(w, (uint8_t)(v >> 16));
	put(w, (uint8_t)(v >> 8));
	put(w, (uint8_t)v);
}

static void begin(writer *w, uint32_t size, const char *type)
{
	put32(w, size);
	w->crc = 0xFFFFFFFFu;
	for (int i = 0; i < 4; i++)
		put(w, (uint8_t)type[i]);
}

static void end(writer *w)
{
	put32(w, ~w->crc);
}

static void pixel(writer *w, uint8_t byte)
{
	put(w, byte);
	w->a = (w->a + byte) % 65521u;
	w->b = (w->b + w->a) % 65521u;
}

/* Byte i of a line: the filter "none", then eight pixels a byte, the first one in the highest bit. What is left over is white. */
static uint8_t line_byte(const uint8_t *row, uint32_t width, uint32_t i)
{
	uint8_t byte = 0;
	for (uint32_t x = 8 * i; i > 0 && x < 8 * i + 8; x++)
		byte = (uint8_t)(byte << 1 | (x - 8 >= width || row[x - 8]));
	return byte;
}

static void pixels(writer *w, const uint8_t *row, uint32_t width, uint32_t height)
{
	uint32_t line = (width + 7) / 8 + 1, total = line * height;
	for (uint32_t i = 0; i < total; i++) {
		if (i % STORED_MAX == 0) {
			uint32_t n = total - i < STORED_MAX ? total - i : STORED_MAX;
			put(w, i + n == total); /* the last block */
			put(w, (uint8_t)n);
			put(w, (uint8_t)(n >> 8));
			put(w, (uint8_t)~n);
			put(w, (uint8_t)(~n >> 8));
		}
		pixel(w, line_byte(row, width, i % line));
	}
	put32(w, w->b << 16 | w->a);
}

dg_bytes png_of_row(dg_ctx *c, const uint8_t *row, uint32_t width, uint32_t height)
{
	static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
	uint32_t total = ((width + 7) / 8 + 1) * height, blocks = (total + STORED_MAX - 1) / STORED_MAX;
	uint32_t data = 2 + total + 5 * blocks + 4;
	writer w = {0};
	w.start = w.at = dg_allocate(c, sizeof signature + 25 + 12 + data + 12);
	w.a = 1;
	for (size_t i = 0; i < sizeof signature; i++)
		put(&w, signature[i]);
	begin(&w, 13, "IHDR");
	put32(&w, width);
	put32(&w, height);
	put32(&w, 1u << 24); /* one bit, grey, deflate, the filters of PNG */
	put(&w, 0);          /* not interlaced */
	end(&w);
	begin(&w, data, "IDAT");
	put(&w, 0x78);
	put(&w, 0x01);
	pixels(&w, row, width, height);
	end(&w);
	begin(&w, 0, "IEND");
	end(&w);
	return (dg_bytes){w.start, (size_t)(w.at - w.start)};
}

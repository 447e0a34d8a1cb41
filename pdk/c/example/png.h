/* A writer of black and white PNG pictures. */
#ifndef PNG_H
#define PNG_H

#include "dougong.h"

/* Draws a picture whose rows are all alike, as those of a barcode are: row has width bytes, 0 is black, 1 white. */
dg_bytes png_of_row(dg_ctx *c, const uint8_t *row, uint32_t width, uint32_t height);

#endif

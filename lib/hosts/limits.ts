/** Larger than any file of a product that is worth reading whole. */
export const MAXIMUM_FILE_BYTES = 256 * 2 ** 20;
/** Of files that only this product writes. */
export const MAXIMUM_RECORD_BYTES = 64 * 2 ** 20;

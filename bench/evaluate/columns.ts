/** Results of rows: columns of numbers, one number per row. */
export type Columns = readonly (readonly number[])[];

/** Results by measure id. */
export type Found = ReadonlyMap<string, Columns>;

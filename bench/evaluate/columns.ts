/** What was found of each row: columns of numbers, one number a row. */
export type Columns = readonly (readonly number[])[];

/** What was found, by the measure's id. */
export type Found = ReadonlyMap<string, Columns>;

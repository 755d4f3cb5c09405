/** The package declares its types for its root only. */
declare module "eld/small" {
  export const eld: {
    detect(text: string): {
      /** Language code to score, 0 to 1. */
      getScores(): Record<string, number>;
    };
  };
}

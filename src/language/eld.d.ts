/** The package has type declarations only for its root. */
declare module "eld/small" {
  export const eld: {
    detect(text: string): {
      /** Language code to score, from 0 to 1. */
      getScores(): Record<string, number>;
    };
  };
}

export const answer = "module ran";

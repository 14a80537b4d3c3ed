/** What the machine asks of the outside, rarely: each name of a program or a method once. */

/** Class of a program's name: 0 none of a login service, 1 sshd, 2 unsure. */
// @ts-ignore: decorator
@external('outside', 'program')
export declare function askProgram(at: u32, length: u32): u32;

/** Code of a method's name; 16 more for keys, 32 more for keyboard-interactive. */
// @ts-ignore: decorator
@external('outside', 'method')
export declare function askMethod(at: u32, length: u32): u32;

/** Takes the rows told so far. */
// @ts-ignore: decorator
@external('outside', 'rows')
export declare function takeRows(): void;

/** Where the forms are whose messages begin with this word (1: behind the name of a PAM module); 0 for none. */
// @ts-ignore: decorator
@external('outside', 'forms')
export declare function askForms(ofModule: u32, at: u32, length: u32): u32;

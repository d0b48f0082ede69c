/**
 * Passwords that attackers try first, shipped as data: the usual words and keyboard rows (refused also with digits or
 * signs around them), and long ones that pass a length rule. The field's own words are among them.
 */
const words = `
password passwort passord parola senha contrasena motdepasse wachtwoord administrator administrador welcome letmein
qwerty qwertyuiop qwertyui asdfghjkl asdfgh zxcvbnm qazwsx qazwsxedc azerty azertyuiop iloveyou princess sunshine
football baseball basketball superman batman dragon monkey shadow master michael jordan jennifer hunter killer trustno
starwars pokemon nintendo playstation computer internet freedom whatever secret changeme default guest login access
summer winter spring autumn monday friday january december liverpool chelsea arsenal barcelona charlie buster soccer
hockey ranger daniel thomas robert andrew joshua matthew ashley nicole jessica amanda samsung google facebook linkedin
cloudbank banking mybank money loan loans finance credit account savings mortgage testing test demo user root admin
`;

const long = `
passwordpassword password1234 password12345 password123456 passw0rd1234 p@ssw0rd1234 p@ssword1234 mypassword123
qwertyuiop12 qwertyuiop123 qwerty123456 qwerty1234567 1qaz2wsx3edc 1qaz2wsx3edc4rfv zaq12wsxcde3 q1w2e3r4t5y6
1q2w3e4r5t6y 1q2w3e4r5t6y7u qazwsxedcrfv asdfghjkl123 asdfghjkl;' zxcvbnm12345 abcdefghijkl abcd1234abcd abc123abc123
iloveyou1234 iloveyouforever iloveyousomuch letmein12345 welcome12345 welcome123456 administrator1 administrator123
changeme1234 changeme12345 trustno1trustno1 superman1234 football1234 baseball1234 sunshine1234 princess1234
correcthorsebatterystaple correct-horse-battery-staple thequickbrownfox tobeornottobe maytheforcebewithyou
123456789012 1234567890123 1234567890qwerty 123qweasdzxc 123qwe123qwe 098765432109 0987654321098 112233445566
121212121212 123123123123 123456123456 12345678910111 password2024! password2025! password2026! welcome2024! welcome2025!
summer2024!! summer2025!! winter2024!! winter2025!! spring2025!! autumn2025!! january2026! cloudbank123 cloudbank1234
manchesterunited liverpoolfc1892 realmadrid123 fcbarcelona123 dallascowboys1 newyorkyankees ilovemyfamily ilovemykids1
jesuschrist1 godislove123 blessed12345 hallelujah123 onelove12345 whatever1234 nothing12345 something123 internet1234
computer1234 samsung12345 google123456 facebook1234 instagram123 microsoft123 windows12345 playstation4 playstation5
minecraft123 fortnite1234 pokemon12345 starwars1234 harrypotter1 harrypotter123 gameofthrones spongebob123 michael12345
`;

export const commonPasswords: ReadonlySet<string> = new Set(`${words} ${long}`.split(/\s+/).filter(Boolean));

//! Windows-1252, the character set of `varchar` under the collation that the server says it has.

/// What the bytes from 0x80 to 0x9f stand for; 0 where they stand for nothing.
const HIGH: [u16; 32] = [
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0, 0x2018,
    0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
];

pub fn decoded(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&byte| match byte {
            0x80..=0x9f => match HIGH[usize::from(byte - 0x80)] {
                0 => char::from(byte),
                code => char::from_u32(code.into()).unwrap_or('?'),
            },
            _ => char::from(byte),
        })
        .collect()
}

/// What has no byte becomes `?`, as it does in SQL Server.
pub fn encoded(text: &str) -> Vec<u8> {
    text.chars().map(|character| byte(character).unwrap_or(b'?')).collect()
}

/// The text as it is after a stay in a `varchar`.
pub fn narrowed(text: &str) -> String {
    decoded(&encoded(text))
}

fn byte(character: char) -> Option<u8> {
    match u32::from(character) {
        code @ (0..=0x7f | 0xa0..=0xff) => Some(code as u8),
        code => {
            let position = HIGH.iter().position(|&high| high != 0 && u32::from(high) == code);
            let undefined = (0x80..=0x9f).contains(&code) && HIGH[code as usize - 0x80] == 0;
            position.map(|place| 0x80 + place as u8).or(undefined.then_some(code as u8))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_a_character_and_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(encoded(&decoded(&all)), all);
        assert_eq!(narrowed("naïve – €5 \u{4e2d}"), "naïve – €5 ?");
    }
}

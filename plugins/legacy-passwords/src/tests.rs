use portcullis_sdk::serde_json::json;

use super::*;

const SALTED: [u8; SALT] = *b"0123456789abcdef0123456789abcdef";

fn hashed(password: &str, settings: &Value) -> Result<String, Refusal> {
    LegacyPasswords::hash(password, &SALTED, settings.as_object().unwrap())
}

/// What Python's `hashlib.pbkdf2_hmac("sha256", …)` gives for the same.
#[test]
fn pbkdf2() {
    let phc = json!({ "method": "pbkdf2-sha256", "iterations": 1000, "form": "phc" });
    assert_eq!(hashed("correct horse", &phc).unwrap(), PHC);
    let django = json!({ "method": "pbkdf2-sha256", "iterations": 1000, "form": "django" });
    assert_eq!(hashed("correct horse", &django).unwrap(), DJANGO);
}

const PHC: &str =
    "$pbkdf2-sha256$i=1000,l=32$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY$W1p4SuEd89EL4wiCjF5V1C6K/RCEbKpgHZ/GxJfCaGI";
const DJANGO: &str = "pbkdf2_sha256$1000$3031323334353637383961626364656630313233343536373839616263646566$u7O+vDDuWNc+xZPszLWKcUl6aT3aw1EO4BIXZzymW9M=";

/// The salt is the first half of the host's.
#[test]
fn bcrypt() {
    let settings = json!({ "method": "bcrypt", "cost": 4 });
    let hash = hashed("correct horse", &settings).unwrap();
    assert!(hash.starts_with("$2b$04$") && hash.len() == 60, "{hash}");
    assert_eq!(bcrypt::verify("correct horse", &hash).ok(), Some(true));
    assert_eq!(bcrypt::verify("correct horsf", &hash).ok(), Some(false));
    assert_eq!(hashed(&"é".repeat(37), &settings), Err(Refusal::TooLong));
    assert_eq!(hashed("a\0b", &settings), Err(Refusal::UnfitCharacters));
    assert!(hashed(&"e".repeat(72), &settings).is_ok());
}

#[test]
fn mistakes_in_the_settings() {
    for (settings, word) in [
        (json!({}), "method"),
        (json!({ "method": "md5" }), "md5"),
        (json!({ "method": "bcrypt" }), "cost"),
        (json!({ "method": "bcrypt", "cost": 3 }), "4 to 31"),
        (json!({ "method": "bcrypt", "cost": 10, "form": "phc" }), "form"),
        (json!({ "method": "pbkdf2-sha256", "iterations": 10, "form": "phc" }), "least"),
        (json!({ "method": "pbkdf2-sha256", "iterations": 1000, "form": "hex" }), "hex"),
    ] {
        let message = LegacyPasswords::check(settings.as_object().unwrap()).unwrap_err();
        assert!(message.contains(word), "{settings}: {message}");
    }
    assert_eq!(hashed("x", &json!({ "method": "md5" })), Err(Refusal::UnfitSettings));
}

//! Filters between text and its encodings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::Value;
use minijinja::{Environment, Error};
use sha2::{Digest, Sha256};

use super::super::value::invalid;
use super::text::hex;
use super::text_of;

pub(super) fn add(env: &mut Environment<'_>) {
    env.add_filter("b64encode", |value: Value| Ok::<_, Error>(STANDARD.encode(text_of(&value, "b64encode")?)));
    env.add_filter("b64decode", b64decode);
    env.add_filter("sha256sum", sha256sum);
    env.add_filter("sha256", sha256sum);
}

/// Text of base64; what is no base64 or no UTF-8 is an error, where Sprig prints the error's text instead.
fn b64decode(value: Value) -> Result<String, Error> {
    let text = text_of(&value, "b64decode")?;
    let bytes = STANDARD.decode(text.replace(['\r', '\n'], "")).map_err(|error| {
        invalid(format!(
            "`b64decode`: expected base64 text: {}",
            error.to_string().to_lowercase().trim_end_matches('.')
        ))
    })?;
    String::from_utf8(bytes).map_err(|_| invalid("`b64decode`: what it decodes to is not UTF-8 text"))
}

/// The SHA-256 digest in hexadecimal, as Sprig's `sha256sum`.
fn sha256sum(value: Value) -> Result<String, Error> {
    Ok(hex(&Sha256::digest(text_of(&value, "sha256sum")?)))
}

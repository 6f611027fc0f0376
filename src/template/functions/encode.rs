//! Filters that encode and decode text, and hashes.

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

/// Decodes base64. Invalid base64 or UTF-8 is an error, where Sprig prints the text of the error instead.
fn b64decode(value: Value) -> Result<String, Error> {
    let text = text_of(&value, "b64decode")?;
    let bytes = STANDARD.decode(text.replace(['\r', '\n'], "")).map_err(|error| {
        invalid(format!(
            "`b64decode`: expected base64 text: {}",
            error.to_string().to_lowercase().trim_end_matches('.')
        ))
    })?;
    String::from_utf8(bytes).map_err(|_| invalid("`b64decode`: the decoded bytes are not UTF-8 text"))
}

/// Returns the SHA-256 hash in hexadecimal, as Sprig's `sha256sum`.
fn sha256sum(value: Value) -> Result<String, Error> {
    Ok(hex(&Sha256::digest(text_of(&value, "sha256sum")?)))
}

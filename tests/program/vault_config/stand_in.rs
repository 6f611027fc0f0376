//! The `vault` command, as far as the script uses it, for machines without a real one: the same requests, output and exit
//! codes as OpenBao 2.7 and Vault 2.0 (`internal/command` and `command` in their sources).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::{Map, Value, json};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    std::process::exit(run(&args));
}

/// Runs the command and returns its exit code.
fn run(args: &[String]) -> i32 {
    let mut flags = Vec::new();
    let mut words = Vec::new();
    for arg in args {
        if arg.len() > 1 && arg.starts_with('-') { flags.push(arg.as_str()) } else { words.push(arg.as_str()) }
    }
    match words.as_slice() {
        ["status"] => status(),
        ["read", path] => read(path),
        ["list", path] => list(path),
        ["write", path, data @ ..] => write(path, data, &flags),
        ["delete", path] => plain("DELETE", path, &format!("Error deleting {path}")),
        ["policy", "read", name] => policy_read(name),
        ["policy", "write", name, "-"] => policy_write(name),
        ["policy", "delete", name] => {
            plain("DELETE", &format!("sys/policies/acl/{name}"), &format!("Error deleting {name}"))
        }
        ["token", "revoke"] if flags.contains(&"-self") => {
            plain("PUT", "auth/token/revoke-self", "Error revoking token")
        }
        other => {
            eprintln!("the stand-in for vault does not support {other:?}");
            1
        }
    }
}

struct Answer {
    code: u16,
    body: Value,
}

impl Answer {
    fn ok(&self) -> bool {
        (200..300).contains(&self.code)
    }
}

/// Sends one request; the error is that of a Go client.
fn request(method: &str, path: &str, body: Option<&Value>) -> Result<Answer, String> {
    let address = std::env::var("VAULT_ADDR").unwrap_or_default();
    let host = address.strip_prefix("http://").unwrap_or(&address).to_owned();
    let refused = |error: std::io::Error| format!("{method} \"{address}/v1/{path}\": {error}");
    let mut stream = TcpStream::connect(&host).map_err(refused)?;
    let body = body.map(Value::to_string).unwrap_or_default();
    let token = std::env::var("VAULT_TOKEN").unwrap_or_default();
    write!(
        stream,
        "{method} /v1/{path} HTTP/1.1\r\nHost: {host}\r\nX-Vault-Token: {token}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .map_err(refused)?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).map_err(refused)?;
    let code: u16 = line.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or(format!("{method}: EOF"))?;
    while line.trim() != "" {
        line.clear();
        reader.read_line(&mut line).map_err(refused)?;
    }
    let mut text = String::new();
    reader.read_to_string(&mut text).map_err(refused)?;
    let answer = Answer { code, body: serde_json::from_str(&text).unwrap_or(Value::Null) };
    if answer.ok() || code == 404 {
        return Ok(answer);
    }
    let errors: Vec<String> = answer.body["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| format!("* {}", error.as_str().unwrap_or_default()))
        .collect();
    Err(format!(
        "Error making API request.\n\nURL: {method} {address}/v1/{path}\nCode: {code}. Errors:\n\n{}",
        errors.join("\n")
    ))
}

fn fail(message: &str) -> i32 {
    eprintln!("{message}");
    2
}

/// Formats JSON like Go's `json.MarshalIndent`: sorted keys, `<`, `>` and `&` escaped.
fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(&sorted(value)).expect("it is JSON");
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026").replace('\u{2028}', "\\u2028")
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            Value::Object(keys.into_iter().map(|key| (key.clone(), sorted(&map[key]))).collect())
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// Formats a secret, in the order of its fields in Go.
fn secret(body: &Value) -> String {
    let mut lines = Vec::new();
    for name in ["request_id", "lease_id", "lease_duration", "renewable", "data", "warnings"] {
        let value = pretty(&body[name]).replace('\n', "\n  ");
        lines.push(format!("  {name:?}: {value}"));
    }
    format!("{{\n{}\n}}", lines.join(",\n"))
}

fn status() -> i32 {
    match request("GET", "sys/seal-status", None) {
        Ok(answer) => {
            println!("{}", pretty(&answer.body));
            if answer.body["sealed"] == true { 2 } else { 0 }
        }
        Err(error) => {
            eprintln!("Error checking seal status: {error}");
            1
        }
    }
}

fn read(path: &str) -> i32 {
    match request("GET", path, None) {
        Ok(answer) if answer.ok() => {
            println!("{}", secret(&answer.body));
            0
        }
        Ok(_) => fail(&format!("No value found at {path}")),
        Err(error) => fail(&format!("Error reading {path}: {error}")),
    }
}

fn list(path: &str) -> i32 {
    match request("GET", &format!("{path}?list=true"), None) {
        Ok(answer) if answer.ok() => {
            println!("{}", pretty(&answer.body["data"]["keys"]));
            0
        }
        Ok(_) => {
            println!("{{}}");
            2
        }
        Err(error) => fail(&format!("Error listing {path}: {error}")),
    }
}

fn write(path: &str, data: &[&str], flags: &[&str]) -> i32 {
    let body = if data == ["-"] { stdin_json() } else { pairs(data) };
    let answer = match body.and_then(|body| request("PUT", path, Some(&body))) {
        Ok(answer) => answer,
        Err(error) => return fail(&format!("Error writing data to {path}: {error}")),
    };
    if flags.contains(&"-field=token") {
        print!("{}", answer.body["auth"]["client_token"].as_str().unwrap_or_default());
    } else {
        println!("Success! Data written to: {path}");
    }
    for warning in answer.body["warnings"].as_array().into_iter().flatten() {
        eprintln!(
            "WARNING! The following warnings were returned from Vault:\n\n  * {}\n",
            warning.as_str().unwrap_or_default()
        );
    }
    0
}

fn stdin_json() -> Result<Value, String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| format!("Failed to parse K=V data: {error}"))
}

fn pairs(data: &[&str]) -> Result<Value, String> {
    let mut map = Map::new();
    for pair in data {
        let (key, value) = pair.split_once('=').ok_or("Failed to parse K=V data")?;
        let value = match value.strip_prefix('@') {
            Some(file) => std::fs::read_to_string(file).map_err(|error| format!("error reading file: {error}"))?,
            None => value.to_owned(),
        };
        map.insert(key.to_owned(), value.into());
    }
    Ok(Value::Object(map))
}

fn plain(method: &str, path: &str, message: &str) -> i32 {
    match request(method, path, None) {
        Ok(_) => 0,
        Err(error) => fail(&format!("{message}: {error}")),
    }
}

fn policy_read(name: &str) -> i32 {
    match request("GET", &format!("sys/policies/acl/{name}"), None) {
        Ok(answer) if answer.ok() => {
            println!("{}", answer.body["data"]["policy"].as_str().unwrap_or_default().trim());
            0
        }
        Ok(_) => fail(&format!("No policy named: {name}")),
        Err(error) => fail(&format!("Error reading policy named {name}: {error}")),
    }
}

fn policy_write(name: &str) -> i32 {
    let mut text = String::new();
    let _ = std::io::stdin().read_to_string(&mut text);
    match request("PUT", &format!("sys/policies/acl/{name}"), Some(&json!({ "policy": text }))) {
        Ok(_) => 0,
        Err(error) => fail(&format!("Error uploading policy: {error}")),
    }
}

//! How Vault answers a request: what it stores, in which form it shows it, and what it refuses.
//!
//! From the sources of Vault and OpenBao: `vault/logical_system.go`, `vault/policy.go`, `builtin/logical/aws/path_roles.go`,
//! `builtin/credential/aws/path_role.go`, the plugin `vault-plugin-auth-kubernetes`, `sdk/helper/tokenutil`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::engines;
use super::server::TOKEN;

/// The state of a Vault.
pub struct State {
    /// Whether it is initialized, and whether it is sealed.
    pub initialized: bool,
    pub sealed: bool,
    /// Tables by `sys/mounts`, `sys/auth` and `sys/audit`: the path with a trailing slash, and the entry as it is shown.
    pub tables: BTreeMap<&'static str, BTreeMap<String, Value>>,
    /// Policies by name.
    pub policies: BTreeMap<String, String>,
    /// Roles and configurations by path.
    pub entries: BTreeMap<String, Map<String, Value>>,
    /// Prefixes of paths that the token may not use.
    pub denied: Vec<String>,
    /// A path whose writes are not answered until the server is released.
    pub stalled: Option<String>,
    /// The token that a login returned.
    pub login: Option<String>,
    /// The requests that changed something, and all requests.
    pub writes: Vec<String>,
    pub requests: Vec<String>,
}

impl State {
    pub fn new() -> Self {
        let mount = |kind: &str| json!({ "type": kind, "description": "", "options": null, "config": limits() });
        let secrets = [("cubbyhole/", "cubbyhole"), ("identity/", "identity"), ("sys/", "system")];
        let secrets = secrets.map(|(path, kind)| (path.to_owned(), mount(kind)));
        let auth = [("token/".to_owned(), mount("token"))];
        State {
            initialized: true,
            sealed: false,
            tables: BTreeMap::from([
                ("sys/mounts", BTreeMap::from(secrets)),
                ("sys/auth", BTreeMap::from(auth)),
                ("sys/audit", BTreeMap::new()),
            ]),
            policies: BTreeMap::from([("default".to_owned(), "path \"x\" {}".to_owned())]),
            entries: BTreeMap::new(),
            denied: Vec::new(),
            stalled: None,
            login: None,
            writes: Vec::new(),
            requests: Vec::new(),
        }
    }

    /// Makes a manual change, which is not counted as a write.
    pub fn by_hand(&mut self, method: &str, path: &str, body: Value) {
        let before = self.writes.len();
        let (code, answer) = answer(self, method, path, &body, TOKEN);
        assert!(code < 300, "{method} {path}: {answer}");
        self.writes.truncate(before);
    }

    /// Returns the type of the mount of `path`, and the rest of the path.
    fn mount_of<'p>(&self, path: &'p str) -> Option<(String, &'p str)> {
        let (table, rest) = match path.strip_prefix("auth/") {
            Some(rest) => ("sys/auth", rest),
            None => ("sys/mounts", path),
        };
        let all = self.tables.get(table)?;
        let (mount, shown) = all.iter().find(|(mount, _)| rest.starts_with(mount.as_str()))?;
        let kind = shown["type"].as_str()?;
        let kind = if table == "sys/auth" { format!("auth {kind}") } else { kind.to_owned() };
        Some((kind, rest.strip_prefix(mount.as_str())?))
    }
}

fn limits() -> Value {
    json!({ "default_lease_ttl": 0, "force_no_cache": false, "max_lease_ttl": 0 })
}

pub fn error(code: u16, message: impl Into<String>) -> (u16, Value) {
    (code, json!({ "errors": [message.into()] }))
}

fn data(data: Value) -> (u16, Value) {
    let secret = json!({
        "request_id": "00000000-0000-0000-0000-000000000000", "lease_id": "", "renewable": false,
        "lease_duration": 0, "data": data, "wrap_info": null, "warnings": null, "auth": null,
    });
    (200, secret)
}

const DONE: (u16, Value) = (204, Value::Null);

fn missing() -> (u16, Value) {
    (404, json!({ "errors": [] }))
}

/// Answers a request.
pub fn answer(state: &mut State, method: &str, path: &str, body: &Value, token: &str) -> (u16, Value) {
    match path {
        "sys/seal-status" => {
            let sealed = state.sealed || !state.initialized;
            return (
                200,
                json!({ "type": "shamir", "initialized": state.initialized, "sealed": sealed, "t": 3, "n": 5,
                "progress": 0, "nonce": "", "version": "2.0.4", "build_date": "", "migration": false,
                "recovery_seal": false, "storage_type": "inmem" }),
            );
        }
        "sys/leader" => return (200, json!({ "ha_enabled": false })),
        _ if state.sealed => return error(503, "Vault is sealed"),
        "auth/kubernetes/login" => return login(state, body),
        _ => {}
    }
    let known = token == TOKEN || state.login.as_deref() == Some(token);
    if !known || state.denied.iter().any(|prefix| path.starts_with(prefix.as_str())) {
        return error(403, "permission denied");
    }
    if path == "auth/token/revoke-self" {
        state.login = None;
        return DONE;
    }
    let answer = route(state, method, path, body);
    if method != "GET" && method != "LIST" && answer.0 < 300 {
        state.writes.push(format!("{method} {path}"));
    }
    answer
}

fn login(state: &mut State, body: &Value) -> (u16, Value) {
    if body["role"] != "vault-config" || body["jwt"] != "token of the account" {
        return error(403, "permission denied");
    }
    state.login = Some("token-of-the-login".to_owned());
    let (code, mut secret) = data(Value::Null);
    secret["auth"] = json!({ "client_token": "token-of-the-login", "policies": ["default"], "lease_duration": 600 });
    (code, secret)
}

fn route(state: &mut State, method: &str, path: &str, body: &Value) -> (u16, Value) {
    for table in ["sys/mounts", "sys/auth", "sys/audit"] {
        if path == table && method == "GET" {
            return data(json!(state.tables[table]));
        }
        if let Some(rest) = path.strip_prefix(table).and_then(|rest| rest.strip_prefix('/')) {
            return mounts(state, table, method, rest, body);
        }
    }
    if let Some(name) = path.strip_prefix("sys/policies/acl/") {
        return policy(state, method, name, body);
    }
    entry(state, method, path, body)
}

fn mounts(state: &mut State, table: &'static str, method: &str, rest: &str, body: &Value) -> (u16, Value) {
    let all = state.tables.get_mut(table).expect("a table");
    if let Some(path) = rest.strip_suffix("/tune") {
        return match all.get_mut(&format!("{path}/")) {
            Some(mount) => tune(mount, body),
            None => error(400, format!("tune of path {path:?} failed: no mount entry found")),
        };
    }
    let path = format!("{rest}/");
    match method {
        "PUT" | "POST" if table == "sys/audit" => enable_audit(all, &path, body),
        "PUT" | "POST" => enable(all, table, &path, body),
        "DELETE" => {
            all.remove(&path);
            let gone = if table == "sys/auth" { format!("auth/{path}") } else { path };
            state.entries.retain(|entry, _| !entry.starts_with(&gone) || table == "sys/audit");
            DONE
        }
        _ => error(405, "unsupported operation"),
    }
}

fn enable(all: &mut BTreeMap<String, Value>, table: &str, path: &str, body: &Value) -> (u16, Value) {
    let kinds: &[&str] = if table == "sys/auth" { &["aws", "kubernetes"] } else { &["aws", "kv"] };
    let kind = body["type"].as_str().unwrap_or_default();
    if !kinds.contains(&kind) {
        return error(400, format!("plugin not found in the catalog: {kind}"));
    }
    if all.keys().any(|other| other.starts_with(path) || path.starts_with(other.as_str())) {
        return error(400, format!("path is already in use at {path}"));
    }
    let mut config = limits();
    for name in ["default_lease_ttl", "max_lease_ttl"] {
        if let Some(text) = body["config"][name].as_str() {
            match engines::seconds(&json!(text)) {
                Some(seconds) => config[name] = json!(seconds),
                None => return error(400, format!("unable to parse default TTL of {text}")),
            }
        }
    }
    let description = body["description"].as_str().unwrap_or_default();
    let options = body.get("options").cloned().unwrap_or(Value::Null);
    let shown = json!({ "type": kind, "description": description, "options": options, "config": config,
        "accessor": format!("{kind}_1"), "local": false, "seal_wrap": false, "uuid": "1" });
    all.insert(path.to_owned(), shown);
    DONE
}

fn enable_audit(all: &mut BTreeMap<String, Value>, path: &str, body: &Value) -> (u16, Value) {
    if all.contains_key(path) {
        return error(400, "path already in use");
    }
    let options = body["options"].as_object().cloned().unwrap_or_default();
    let needed = match body["type"].as_str().unwrap_or_default() {
        "file" => "file_path",
        "socket" => "address",
        "syslog" => "",
        other => return error(400, format!("unknown backend type: {other:?}")),
    };
    if !needed.is_empty() && !options.contains_key(needed) {
        return error(400, format!("{needed} is required"));
    }
    if options.values().any(|value| !value.is_string()) {
        return error(400, "options are text");
    }
    let description = body["description"].as_str().unwrap_or_default();
    let shown =
        json!({ "type": body["type"], "description": description, "options": options, "local": false, "path": path });
    all.insert(path.to_owned(), shown);
    DONE
}

fn tune(mount: &mut Value, body: &Value) -> (u16, Value) {
    if let Some(description) = body.get("description") {
        mount["description"] = description.clone();
    }
    for name in ["default_lease_ttl", "max_lease_ttl"] {
        match body.get(name) {
            Some(Value::String(text)) => match engines::seconds(&json!(text)) {
                Some(seconds) => mount["config"][name] = json!(seconds),
                None => return error(400, format!("error parsing {name}")),
            },
            Some(_) => return error(400, format!("{name} is text")),
            None => {}
        }
    }
    DONE
}

fn policy(state: &mut State, method: &str, name: &str, body: &Value) -> (u16, Value) {
    if method != "GET" && ["root", "response-wrapping", "control-group"].contains(&name) {
        return error(400, format!("cannot update {name:?} policy"));
    }
    match method {
        "GET" => match state.policies.get(&name.to_lowercase()) {
            Some(text) => data(json!({ "name": name, "policy": text })),
            None => missing(),
        },
        "DELETE" => {
            state.policies.remove(name);
            DONE
        }
        _ => {
            let text = body["policy"].as_str().unwrap_or_default();
            if text.is_empty() {
                return error(400, "'policy' parameter not supplied or empty");
            }
            if let Err(reason) = engines::check_policy(text) {
                return error(400, format!("failed to parse policy: {reason}"));
            }
            state.policies.insert(name.to_lowercase(), text.to_owned());
            DONE
        }
    }
}

fn entry(state: &mut State, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let Some((kind, rest)) = state.mount_of(path) else {
        return (404, json!({ "errors": [format!("no handler for route {path:?}. route entry not found.")] }));
    };
    match method {
        "LIST" => {
            // `auth/aws/roles` lists the entries at `auth/aws/role/`.
            let folder = if kind == "auth aws" { path.replace("/roles", "/role") } else { path.to_owned() };
            let prefix = format!("{folder}/");
            let keys: Vec<&str> = state.entries.keys().filter_map(|path| path.strip_prefix(&prefix)).collect();
            if keys.is_empty() { missing() } else { data(json!({ "keys": keys })) }
        }
        "GET" => match state.entries.get(path) {
            Some(entry) => data(Value::Object(engines::shown(entry))),
            None => missing(),
        },
        "DELETE" => {
            state.entries.remove(path);
            DONE
        }
        _ => match engines::stored_entry(&kind, rest, state.entries.get(path), body) {
            Ok(entry) => {
                state.entries.insert(path.to_owned(), entry);
                DONE
            }
            Err(reason) => error(400, reason),
        },
    }
}

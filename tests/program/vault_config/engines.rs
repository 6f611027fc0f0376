//! What secrets engines and auth methods store, what they refuse, and the grammar of policies.

use serde_json::{Map, Value, json};

type Entry = Map<String, Value>;

/// Parses a duration as Vault does: a number of seconds, or text of a number and a unit.
pub fn seconds(value: &Value) -> Option<u64> {
    let Some(text) = value.as_str() else { return value.as_u64() };
    if text == "system" {
        return Some(0);
    }
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" | "h0m0s" => 3600,
        "d" => 86400,
        _ => return None,
    };
    digits.parse::<u64>().ok().map(|number| number * factor)
}

/// The types of parameters.
enum Kind {
    Text,
    Texts,
    Seconds,
    Number,
    Bool,
    Pairs,
}

use Kind::{Bool, Number, Pairs, Seconds, Text, Texts};

const TOKEN: &[(&str, Kind)] = &[
    ("token_bound_cidrs", Texts),
    ("token_explicit_max_ttl", Seconds),
    ("token_max_ttl", Seconds),
    ("token_no_default_policy", Bool),
    ("token_num_uses", Number),
    ("token_period", Seconds),
    ("token_policies", Texts),
    ("token_ttl", Seconds),
    ("token_type", Text),
];
const AWS_AUTH: &[(&str, Kind)] = &[
    ("auth_type", Text),
    ("bound_account_id", Texts),
    ("bound_iam_principal_arn", Texts),
    ("resolve_aws_unique_ids", Bool),
];
const KUBERNETES: &[(&str, Kind)] = &[
    ("alias_name_source", Text),
    ("audience", Text),
    ("bound_service_account_names", Texts),
    ("bound_service_account_namespaces", Texts),
];
const KUBERNETES_CONFIG: &[(&str, Kind)] = &[
    ("disable_local_ca_jwt", Bool),
    ("issuer", Text),
    ("kubernetes_ca_cert", Text),
    ("kubernetes_host", Text),
    ("pem_keys", Texts),
    ("token_reviewer_jwt", Text),
];
const AWS_STS: &[(&str, Kind)] = &[("external_id", Text), ("sts_role", Text)];
const AWS: &[(&str, Kind)] = &[
    ("credential_type", Text),
    ("default_sts_ttl", Seconds),
    ("external_id", Text),
    ("iam_groups", Texts),
    ("iam_tags", Pairs),
    ("max_sts_ttl", Seconds),
    ("mfa_serial_number", Text),
    ("permissions_boundary_arn", Text),
    ("policy_arns", Texts),
    ("policy_document", Text),
    ("role_arns", Texts),
    ("session_tags", Pairs),
    ("user_path", Text),
];
const KV_CONFIG: &[(&str, Kind)] = &[("cas_required", Bool), ("delete_version_after", Text), ("max_versions", Number)];

/// Returns the stored entry after a write to `rest` of a mount of `kind`.
pub fn stored_entry(kind: &str, rest: &str, old: Option<&Entry>, body: &Value) -> Result<Entry, String> {
    let folder = rest.split_once('/').map_or(rest, |(folder, _)| folder);
    let (fields, token): (&[_], _) = match (kind, folder) {
        ("auth aws", "role") => (AWS_AUTH, true),
        ("auth aws", "config") => (AWS_STS, false),
        ("auth kubernetes", "role") => (KUBERNETES, true),
        ("auth kubernetes", "config") => (KUBERNETES_CONFIG, false),
        ("aws", "roles") => (AWS, false),
        ("kv", "config") => (KV_CONFIG, false),
        // Secrets of a KV engine are stored unchanged.
        ("kv", "metadata" | "data") => return Ok(body.as_object().cloned().unwrap_or_default()),
        _ => return Err(format!("unsupported path {rest:?}")),
    };
    let name = rest.rsplit('/').next().unwrap_or_default();
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let inner = |c: char| word(c) || "-.".contains(c) || (kind == "aws" && c == '@');
    if !(name.starts_with(word) && name.ends_with(word) && name.chars().all(inner)) {
        return Err("unsupported path".to_owned());
    }
    // A configuration is replaced as a whole; a role keeps the fields that are not set.
    let fresh = folder == "config" && kind == "auth kubernetes";
    let mut entry = old.filter(|_| !fresh).cloned().unwrap_or_default();
    for (name, kind) in fields.iter().chain(if token { TOKEN } else { &[] }) {
        match body.get(*name) {
            Some(value) => {
                entry.insert((*name).to_owned(), normal(kind, value).ok_or(format!("error converting {name}"))?)
            }
            None if entry.contains_key(*name) => None,
            None => entry.insert((*name).to_owned(), default(name, kind)),
        };
    }
    // `policies` is an older name, which a read shows beside the newer one.
    if let Some(policies) = body.get("policies") {
        entry.insert("token_policies".to_owned(), normal(&Texts, policies).ok_or("policies")?);
    }
    match (kind, folder) {
        ("auth aws", "config") if entry["sts_role"] == "" => return Err("sts role cannot be empty".to_owned()),
        ("auth aws", "config") => {}
        ("auth aws", _) => aws_auth(&entry, old)?,
        ("auth kubernetes", "role") => kubernetes(&entry)?,
        ("auth kubernetes", _) if entry["kubernetes_host"] == "" => return Err("no host provided".to_owned()),
        ("aws", _) => aws(&mut entry)?,
        _ => {}
    }
    if token {
        tokens(&entry)?;
    }
    Ok(entry)
}

fn normal(kind: &Kind, value: &Value) -> Option<Value> {
    match kind {
        Text => value.as_str().map(Value::from),
        Texts => match value {
            Value::String(text) => Some(text.split(',').filter(|part| !part.is_empty()).collect()),
            Value::Array(items) => items.iter().all(Value::is_string).then(|| value.clone()),
            _ => None,
        },
        Seconds => seconds(value).map(Value::from),
        Number => value.as_u64().map(Value::from),
        Bool => value.as_bool().map(Value::from),
        Pairs => value.is_object().then(|| value.clone()),
    }
}

fn default(name: &str, kind: &Kind) -> Value {
    match (name, kind) {
        ("auth_type", _) => json!("iam"),
        ("resolve_aws_unique_ids", _) => json!(true),
        ("token_type", _) => json!("default"),
        ("alias_name_source", _) => json!("serviceaccount_uid"),
        ("delete_version_after", _) => json!("0s"),
        (_, Text) => json!(""),
        (_, Texts) => Value::Null,
        (_, Seconds | Number) => json!(0),
        (_, Bool) => json!(false),
        (_, Pairs) => Value::Null,
    }
}

/// Returns what a read shows: no secrets, and lists of networks as Go's socket library prints them.
pub fn shown(entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    if let Some(jwt) = entry.remove("token_reviewer_jwt") {
        entry.insert("token_reviewer_jwt_set".to_owned(), json!(jwt != ""));
    }
    for name in ["token_policies", "token_bound_cidrs"] {
        if entry.get(name) == Some(&Value::Null) {
            entry.insert(name.to_owned(), json!([]));
        }
    }
    if let Some(Value::Array(cidrs)) = entry.get_mut("token_bound_cidrs") {
        for cidr in cidrs {
            *cidr = json!(cidr.as_str().unwrap_or_default().trim_end_matches("/32"));
        }
    }
    entry
}

fn is_set(entry: &Entry, name: &str) -> bool {
    !matches!(entry.get(name), None | Some(Value::Null))
        && !["\"\"", "0", "[]", "{}"].contains(&entry[name].to_string().as_str())
}

fn aws_auth(entry: &Entry, old: Option<&Entry>) -> Result<(), String> {
    if old.is_some_and(|old| old["resolve_aws_unique_ids"] == true && entry["resolve_aws_unique_ids"] == false) {
        return Err("changing resolve_aws_unique_ids from true to false is not allowed".to_owned());
    }
    if entry["auth_type"] != "iam" {
        return Err(format!("unrecognized auth_type: {}", entry["auth_type"]));
    }
    if is_set(entry, "bound_account_id") {
        return Err("specified bound_account_id but not specifying ec2 auth_type or inferring ec2_instance".to_owned());
    }
    if !is_set(entry, "bound_iam_principal_arn") {
        return Err("at least one bound parameter should be specified on the role".to_owned());
    }
    Ok(())
}

fn kubernetes(entry: &Entry) -> Result<(), String> {
    for name in ["bound_service_account_names", "bound_service_account_namespaces"] {
        if !is_set(entry, name) {
            return Err(format!("{name:?} can not be empty"));
        }
        let names = entry[name].as_array().expect("a list");
        if names.len() > 1 && names.contains(&json!("*")) {
            return Err("can not mix \"*\" with values".to_owned());
        }
    }
    Ok(())
}

fn tokens(entry: &Entry) -> Result<(), String> {
    let number = |name: &str| entry[name].as_u64().unwrap_or_default();
    if !["", "default", "service", "batch"].contains(&entry["token_type"].as_str().unwrap_or("?")) {
        return Err(format!("invalid 'token_type' value {}", entry["token_type"]));
    }
    if entry["token_type"] == "batch" && (number("token_period") > 0 || number("token_num_uses") > 0) {
        return Err("'token_type' cannot be 'batch' or 'default_batch' when set to generate periodic tokens".to_owned());
    }
    if number("token_max_ttl") > 0 && number("token_ttl") > number("token_max_ttl") {
        return Err("'token_ttl' cannot be greater than 'token_max_ttl'".to_owned());
    }
    Ok(())
}

fn aws(entry: &mut Entry) -> Result<(), String> {
    let kind = entry["credential_type"].as_str().unwrap_or_default().to_owned();
    if !["iam_user", "assumed_role", "federation_token", "session_token"].contains(&kind.as_str()) {
        return Err(format!("unrecognized credential type: {kind}"));
    }
    for (name, kinds) in [
        ("default_sts_ttl", "assumed_role federation_token session_token"),
        ("max_sts_ttl", "assumed_role federation_token session_token"),
        ("user_path", "iam_user"),
        ("permissions_boundary_arn", "iam_user"),
        ("role_arns", "assumed_role"),
        ("session_tags", "assumed_role"),
        ("external_id", "assumed_role"),
    ] {
        if is_set(entry, name) && !kinds.contains(&kind) {
            return Err(format!("{name} parameter only valid for {kinds} credential types"));
        }
    }
    let number = |name: &str| entry[name].as_u64().unwrap_or_default();
    if number("max_sts_ttl") > 0 && number("default_sts_ttl") > number("max_sts_ttl") {
        return Err("\"default_sts_ttl\" value must be less than or equal to \"max_sts_ttl\" value".to_owned());
    }
    if is_set(entry, "policy_document") {
        let text = entry["policy_document"].as_str().unwrap_or_default();
        let document: Value =
            serde_json::from_str(text).map_err(|_| format!("cannot parse policy document: {text:?}"))?;
        entry.insert("policy_document".to_owned(), document.to_string().into());
    }
    Ok(())
}

/// Checks the grammar of policies, with a parser for HCL 2, of which these texts are a subset.
pub fn check_policy(text: &str) -> Result<(), String> {
    let body: hcl::Body = hcl::from_str(text).map_err(|error| error.to_string())?;
    for structure in body {
        let block = structure.into_block().ok_or("invalid key")?;
        let path = block.labels.first().map(|label| label.as_str().to_owned()).unwrap_or_default();
        if block.identifier.as_str() != "path" || path.contains("+*") {
            return Err(format!("path {path:?}: invalid use of wildcards ('+*' is forbidden)"));
        }
        for attribute in block.body.attributes() {
            let known = [
                "capabilities",
                "allowed_parameters",
                "denied_parameters",
                "required_parameters",
                "min_wrapping_ttl",
                "max_wrapping_ttl",
            ];
            if !known.contains(&attribute.key.as_str()) {
                return Err(format!("path {path:?}: invalid key {:?}", attribute.key.as_str()));
            }
            if attribute.key.as_str() == "capabilities" {
                check_capabilities(&path, &attribute.expr)?;
            }
        }
    }
    Ok(())
}

fn check_capabilities(path: &str, list: &hcl::Expression) -> Result<(), String> {
    let known = ["create", "read", "update", "patch", "delete", "list", "sudo", "deny"];
    let hcl::Expression::Array(items) = list else { return Err(format!("path {path:?}: not a list")) };
    match items.iter().find(|item| !matches!(item, hcl::Expression::String(name) if known.contains(&name.as_str()))) {
        Some(other) => Err(format!("path {path:?}: invalid capability {other:?}")),
        None => Ok(()),
    }
}

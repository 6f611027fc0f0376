//! The options of `ray start`, to report a misspelled one before a pod fails on it.

use std::collections::BTreeMap;

use super::rules::Reserved;
use super::values::FlagValue;
use crate::check::diagnostics::Diagnostics;
use crate::diagnostic::{did_you_mean, nearest};

#[derive(Clone, Copy, PartialEq)]
enum Type {
    Text,
    Integer,
    Number,
    /// Takes `true` or `false`.
    Boolean,
    /// Takes no value.
    Switch,
}

use Type::{Boolean, Integer, Number, Switch, Text};

/// The options of Ray 2.60: those of `ray start --help`, and the hidden ones.
const OPTIONS: &[(&str, Type)] = &[
    ("autoscaling-config", Text),
    ("cgroup-path", Text),
    ("dashboard-agent-grpc-port", Integer),
    ("dashboard-agent-listen-port", Integer),
    ("dashboard-host", Text),
    ("dashboard-port", Integer),
    ("disable-usage-stats", Switch),
    ("enable-object-reconstruction", Switch),
    ("enable-resource-isolation", Switch),
    ("include-dashboard", Boolean),
    ("include-log-monitor", Boolean),
    ("labels", Text),
    ("labels-file", Text),
    ("log-color", Text),
    ("log-style", Text),
    ("max-worker-port", Integer),
    ("memory", Integer),
    ("metrics-export-port", Integer),
    ("min-worker-port", Integer),
    ("no-monitor", Switch),
    ("no-redirect-output", Switch),
    ("node-ip-address", Text),
    ("node-manager-port", Integer),
    ("node-name", Text),
    ("num-cpus", Integer),
    ("num-gpus", Integer),
    ("object-manager-port", Integer),
    ("object-spilling-directory", Text),
    ("object-store-memory", Integer),
    ("plasma-directory", Text),
    ("port", Integer),
    ("proxy-server-url", Text),
    ("ray-client-server-port", Integer),
    ("ray-debugger-external", Switch),
    ("redis-password", Text),
    ("redis-username", Text),
    ("resources", Text),
    ("runtime-env-agent-port", Integer),
    ("system-config", Text),
    ("system-reserved-cpu", Number),
    ("system-reserved-memory", Integer),
    ("temp-dir", Text),
    ("tracing-startup-hook", Text),
    ("verbose", Switch),
    ("worker-port-list", Text),
];

/// Options that other values set, since the Service, probes or other pods depend on them: each with what to do instead.
pub(super) const ELSEWHERE: &[(&str, &str)] = &[
    ("address", "it is the address of the head's Service"),
    ("block", "it is always set, so that the container ends with Ray"),
    ("dashboard-agent-listen-port", "use `ports.dashboardAgent`"),
    ("dashboard-port", "use `ports.dashboard`"),
    ("head", "it is always set for the head, and only there"),
    ("metrics-export-port", "use `metrics.port`"),
    ("port", "use `ports.gcs`"),
    ("ray-client-server-port", "use `ports.client`"),
    ("redis-shard-ports", "Ray has not started its own Redis since 1.11; remove it"),
];

pub(super) fn check(
    path: &[&str],
    params: &BTreeMap<String, FlagValue>,
    reserved: &Reserved,
    diagnostics: &mut Diagnostics<'_>,
) {
    for (name, value) in params {
        let full: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
        if let Some((_, instead)) = reserved.start_params.iter().find(|(other, _)| other == name) {
            diagnostics.error(&full, format!("may not be set here: {instead}"));
            continue;
        }
        match OPTIONS.iter().find(|(option, _)| option == name) {
            Some((_, Switch)) if reserved.is_operated && value.0.as_deref() == Some("true") => {}
            Some((_, kind)) => {
                diagnostics.require(&full, value_of(*kind, value));
                // Ray reads `0.50` and `True` as Python does; other options are strings.
                if !matches!(kind, Integer | Number | Boolean) {
                    diagnostics.require_text(&full);
                }
            }
            None if name.is_empty()
                || name.starts_with('-')
                || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') =>
            {
                diagnostics.error(&full, "must be the name of an option without `--`: letters, digits and `-`");
            }
            // A newer Ray may have more options than are known here.
            None => {
                let near = nearest(name, OPTIONS.iter().map(|(option, _)| *option));
                let help = near.map(did_you_mean);
                diagnostics.warning(&full, "unknown option of `ray start` in Ray 2.60", help);
                diagnostics.require_text(&full);
            }
        }
    }
}

/// Returns whether an option takes no value.
pub(in crate::components) fn is_switch(option: &str) -> bool {
    OPTIONS.iter().any(|(name, kind)| *name == option && *kind == Switch)
}

fn value_of(kind: Type, value: &FlagValue) -> Result<(), String> {
    let Some(value) = &value.0 else {
        return if kind == Switch { Ok(()) } else { Err("this option requires a value".to_owned()) };
    };
    if value.contains('$') {
        return Ok(());
    }
    match kind {
        Switch => Err("this option takes no value; set it to `\"\"`".to_owned()),
        Boolean if ["true", "false", "True", "False"].contains(&value.as_str()) => Ok(()),
        Boolean => Err(format!("must be `true` or `false`, found {value:?}")),
        Integer if value.parse::<i64>().is_err() => Err(format!("must be an integer, found {value:?}")),
        Number if value.parse::<f64>().is_err() => Err(format!("must be a number, found {value:?}")),
        _ => Ok(()),
    }
}

//! Probes and lifecycle hooks of containers.

use k8s_openapi::api::core::v1::{
    Container, ExecAction, GRPCAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe, SleepAction, TCPSocketAction,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::common::{list, not_negative, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{self, header_name};

/// The handlers that a probe or a lifecycle hook can have.
struct Handler<'a> {
    exec: Option<&'a ExecAction>,
    http_get: Option<&'a HTTPGetAction>,
    tcp_socket: Option<&'a TCPSocketAction>,
    grpc: Option<&'a GRPCAction>,
    sleep: Option<&'a SleepAction>,
}

impl<'a> Handler<'a> {
    fn of_probe(probe: &'a Probe) -> Self {
        Handler {
            exec: probe.exec.as_ref(),
            http_get: probe.http_get.as_ref(),
            tcp_socket: probe.tcp_socket.as_ref(),
            grpc: probe.grpc.as_ref(),
            sleep: None,
        }
    }

    fn of_hook(hook: &'a LifecycleHandler) -> Self {
        Handler {
            exec: hook.exec.as_ref(),
            http_get: hook.http_get.as_ref(),
            tcp_socket: hook.tcp_socket.as_ref(),
            grpc: None,
            sleep: hook.sleep.as_ref(),
        }
    }
}

/// Validates the probes and lifecycle hooks of a container or sidecar.
pub(super) fn handlers(report: &mut Report<'_>, at: &Path<'_>, container: &Container, grace_period: i64) {
    if let Some(lifecycle) = &container.lifecycle {
        hooks(report, &at.field("lifecycle"), lifecycle, grace_period);
    }
    if let Some(probe) = &container.liveness_probe {
        liveness(report, &at.field("livenessProbe"), probe);
    }
    if let Some(probe) = &container.readiness_probe {
        readiness(report, &at.field("readinessProbe"), probe);
    }
    if let Some(probe) = &container.startup_probe {
        liveness(report, &at.field("startupProbe"), probe);
    }
}

fn hooks(report: &mut Report<'_>, at: &Path<'_>, lifecycle: &Lifecycle, grace_period: i64) {
    for (name, hook) in [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)] {
        if let Some(hook) = hook {
            single_handler(report, &at.field(name), &Handler::of_hook(hook), grace_period);
        }
    }
}

fn liveness(report: &mut Report<'_>, at: &Path<'_>, probe: &Probe) {
    non_negative_numbers(report, at, probe);
    success_threshold(report, at, probe);
}

fn readiness(report: &mut Report<'_>, at: &Path<'_>, probe: &Probe) {
    non_negative_numbers(report, at, probe);
    readiness_grace_period(report, at, probe);
}

/// The area of the rules below.
const AREA: &str = "probe";

rules!(
    /// A probe must have exactly one of `exec`, `httpGet`, `tcpSocket` and `grpc`; a lifecycle hook exactly one of
    /// `exec`, `httpGet`, `tcpSocket` and `sleep`.
    ///
    /// Example: `livenessProbe: {periodSeconds: 5}`
    ///
    /// Source: `validateHandler`, pkg/apis/core/validation/validation.go
    fn single_handler(report: &mut Report<'_>, at: &Path<'_>, handler: &Handler<'_>, grace_period: i64) {
        let named = [
            ("exec", handler.exec.is_some()),
            ("httpGet", handler.http_get.is_some()),
            ("tcpSocket", handler.tcp_socket.is_some()),
            ("grpc", handler.grpc.is_some()),
            ("sleep", handler.sleep.is_some()),
        ];
        let mut names = named.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name);
        let Some(first) = names.next() else {
            return report.required(
                at,
                "set one of `exec`, `httpGet`, `tcpSocket`, `grpc` (probes only) and `sleep` (hooks only)",
            );
        };
        match first {
            "exec" => handler.exec.iter().for_each(|exec| exec_command(report, &at.field("exec"), exec)),
            "httpGet" => handler.http_get.iter().for_each(|http| http_get(report, &at.field("httpGet"), http)),
            "tcpSocket" => {
                handler.tcp_socket.iter().for_each(|tcp| port(report, &at.field("tcpSocket.port"), &tcp.port));
            }
            "grpc" => {
                let number = |grpc: &GRPCAction| IntOrString::Int(grpc.port);
                handler.grpc.iter().for_each(|grpc| port(report, &at.field("grpc.port"), &number(grpc)));
            }
            _ => handler.sleep.iter().for_each(|sleep| sleep_seconds(report, &at.field("sleep"), sleep, grace_period)),
        }
        for other in names {
            report.forbidden(&at.field(other), format_args!("`{first}` and `{other}` are mutually exclusive"));
        }
    },

    /// `exec.command` of a probe or hook is required.
    ///
    /// Example: `livenessProbe: {exec: {command: []}}`
    ///
    /// Source: `validateExecAction`, pkg/apis/core/validation/validation.go
    fn exec_command(report: &mut Report<'_>, at: &Path<'_>, exec: &ExecAction) {
        if list(&exec.command).is_empty() {
            report.required(&at.field("command"), "list the program and its arguments");
        }
    },

    /// In `httpGet` of a probe or hook, `scheme` must be `HTTP` or `HTTPS`, and the names in `httpHeaders` must consist
    /// of letters, digits and `-`.
    ///
    /// Example: `livenessProbe: {httpGet: {port: 8080, scheme: http}}`
    ///
    /// Source: `validateHTTPGetAction`, pkg/apis/core/validation/validation.go
    fn http_get(report: &mut Report<'_>, at: &Path<'_>, http: &HTTPGetAction) {
        port(report, &at.field("port"), &http.port);
        if !text(&http.scheme).is_empty() {
            report.one_of(&at.field("scheme"), text(&http.scheme), &["HTTP", "HTTPS"]);
        }
        for (index, header) in list(&http.http_headers).iter().enumerate() {
            let at = at.field("httpHeaders");
            report.require_in(&at, &at.index(index), header_name(&header.name));
        }
    },

    /// A port in a probe or hook must be a number between 1 and 65535 or a valid port name.
    ///
    /// Example: `livenessProbe: {tcpSocket: {port: 0}}`
    ///
    /// Source: `ValidatePortNumOrName`, pkg/apis/core/validation/validation.go
    fn port(report: &mut Report<'_>, at: &Path<'_>, wanted: &IntOrString) {
        match wanted {
            IntOrString::Int(number) => report.require(at, syntax::port((*number).into())),
            IntOrString::String(name) => report.require(at, syntax::port_name(name)),
        }
    },

    /// `sleep.seconds` of a hook must be between 0 and `terminationGracePeriodSeconds` of the pod (30 by default).
    ///
    /// Example: `lifecycle: {preStop: {sleep: {seconds: 600}}}`
    ///
    /// Source: `validateSleepAction`, pkg/apis/core/validation/validation.go
    fn sleep_seconds(report: &mut Report<'_>, at: &Path<'_>, sleep: &SleepAction, grace_period: i64) {
        if sleep.seconds < 0 || sleep.seconds > grace_period {
            let seconds = sleep.seconds;
            let limit = format_args!("`terminationGracePeriodSeconds` ({grace_period})");
            report.error(at, format_args!("`seconds` must be between 0 and {limit}, found {seconds}"));
        }
    },

    /// `initialDelaySeconds`, `timeoutSeconds`, `periodSeconds`, `successThreshold` and `failureThreshold` of a probe
    /// must be 0 or more; `terminationGracePeriodSeconds` must be 1 or more.
    ///
    /// Example: `readinessProbe: {tcpSocket: {port: 80}, periodSeconds: -1}`
    ///
    /// Source: `validateProbe`, pkg/apis/core/validation/validation.go
    fn non_negative_numbers(report: &mut Report<'_>, at: &Path<'_>, probe: &Probe) {
        single_handler(report, at, &Handler::of_probe(probe), 0);
        for (field, number) in [
            ("initialDelaySeconds", probe.initial_delay_seconds),
            ("timeoutSeconds", probe.timeout_seconds),
            ("periodSeconds", probe.period_seconds),
            ("successThreshold", probe.success_threshold),
            ("failureThreshold", probe.failure_threshold),
        ] {
            not_negative(report, &at.field(field), number.unwrap_or_default());
        }
        if let Some(seconds) = probe.termination_grace_period_seconds.filter(|seconds| *seconds <= 0) {
            report
                .error(&at.field("terminationGracePeriodSeconds"), format_args!("must be 1 or more, found {seconds}"));
        }
    },

    /// `successThreshold` of a liveness or startup probe must be 1.
    ///
    /// Example: `livenessProbe: {tcpSocket: {port: 80}, successThreshold: 2}`
    ///
    /// Source: `validateLivenessProbe`, `validateStartupProbe`, pkg/apis/core/validation/validation.go
    fn success_threshold(report: &mut Report<'_>, at: &Path<'_>, probe: &Probe) {
        let threshold = probe.success_threshold.unwrap_or_default();
        if !matches!(threshold, 0 | 1) {
            let message = format_args!("must be 1 for a liveness or startup probe, found {threshold}");
            report.error(&at.field("successThreshold"), message);
        }
    },

    /// `terminationGracePeriodSeconds` may not be set for a readiness probe, which never restarts its container.
    ///
    /// Example: `readinessProbe: {tcpSocket: {port: 80}, terminationGracePeriodSeconds: 5}`
    ///
    /// Source: `validateReadinessProbe`, pkg/apis/core/validation/validation.go
    fn readiness_grace_period(report: &mut Report<'_>, at: &Path<'_>, probe: &Probe) {
        if probe.termination_grace_period_seconds.is_some() {
            report.forbidden(&at.field("terminationGracePeriodSeconds"), "a readiness probe never stops its container");
        }
    }
);

//! Probes and lifecycle hooks: what is called in a container.

use k8s_openapi::api::core::v1::{
    Container, ExecAction, GRPCAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe, SleepAction, TCPSocketAction,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::common::{list, not_negative, text};
use super::ports::port_or_name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::header_name;

/// What probes and hooks have in common.
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

/// Everything about the probes and hooks of a container that may have some.
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
            one_handler(report, &at.field(name), &Handler::of_hook(hook), grace_period);
        }
    }
}

fn liveness(report: &mut Report<'_>, at: &Path<'_>, probe: &Probe) {
    counts(report, at, probe);
    succeeds_once(report, at, probe);
}

fn readiness(report: &mut Report<'_>, at: &Path<'_>, probe: &Probe) {
    counts(report, at, probe);
    readiness_ends_nothing(report, at, probe);
}

rules!(
    /// A probe or a hook calls in one way: `exec`, `httpGet`, `tcpSocket`, `grpc` (probes) or `sleep` (hooks).
    ///
    /// Source: `validateHandler`, pkg/apis/core/validation/validation.go
    fn one_handler(report: &mut Report<'_>, at: &Path<'_>, handler: &Handler<'_>, grace_period: i64) {
        let named = [
            ("exec", handler.exec.is_some()),
            ("httpGet", handler.http_get.is_some()),
            ("tcpSocket", handler.tcp_socket.is_some()),
            ("grpc", handler.grpc.is_some()),
            ("sleep", handler.sleep.is_some()),
        ];
        let mut there = named.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name);
        let Some(first) = there.next() else {
            return report.required(at, "one of `exec`, `httpGet`, `tcpSocket`, `grpc` and `sleep`");
        };
        match first {
            "exec" => handler.exec.iter().for_each(|exec| exec_command(report, &at.field("exec"), exec)),
            "httpGet" => handler.http_get.iter().for_each(|http| http_request(report, &at.field("httpGet"), http)),
            "tcpSocket" => {
                handler.tcp_socket.iter().for_each(|tcp| port_or_name(report, &at.field("tcpSocket.port"), &tcp.port));
            }
            "grpc" => {
                let port = |grpc: &GRPCAction| IntOrString::Int(grpc.port);
                handler.grpc.iter().for_each(|grpc| port_or_name(report, &at.field("grpc.port"), &port(grpc)));
            }
            _ => handler.sleep.iter().for_each(|sleep| sleep_ends(report, &at.field("sleep"), sleep, grace_period)),
        }
        for other in there {
            report.forbidden(&at.field(other), format_args!("`{first}` is there already, and one is called"));
        }
    },

    /// A command that is run has a program.
    ///
    /// Source: `validateExecAction`, pkg/apis/core/validation/validation.go
    fn exec_command(report: &mut Report<'_>, at: &Path<'_>, exec: &ExecAction) {
        if list(&exec.command).is_empty() {
            report.required(&at.field("command"), "the program and its arguments");
        }
    },

    /// An HTTP request goes to a port, by HTTP or HTTPS, with headers of letters, digits and `-`.
    ///
    /// Source: `validateHTTPGetAction`, pkg/apis/core/validation/validation.go
    fn http_request(report: &mut Report<'_>, at: &Path<'_>, http: &HTTPGetAction) {
        port_or_name(report, &at.field("port"), &http.port);
        if !text(&http.scheme).is_empty() {
            report.one_of(&at.field("scheme"), text(&http.scheme), &["HTTP", "HTTPS"]);
        }
        for (index, header) in list(&http.http_headers).iter().enumerate() {
            let at = at.field("httpHeaders");
            report.require_in(&at, &at.index(index), header_name(&header.name));
        }
    },

    /// A hook sleeps no longer than the pod has time to end.
    ///
    /// Source: `validateSleepAction`, pkg/apis/core/validation/validation.go
    fn sleep_ends(report: &mut Report<'_>, at: &Path<'_>, sleep: &SleepAction, grace_period: i64) {
        if sleep.seconds < 0 || sleep.seconds > grace_period {
            let seconds = sleep.seconds;
            let rule = format_args!("0 to `terminationGracePeriodSeconds`, {grace_period}");
            report.error(at, format_args!("{seconds} seconds are out of bounds: {rule}"));
        }
    },

    /// The times and counts of a probe are not negative, and the time that a pod has to end after a failure is not 0.
    ///
    /// Source: `validateProbe`, pkg/apis/core/validation/validation.go
    fn counts(report: &mut Report<'_>, at: &Path<'_>, probe: &Probe) {
        one_handler(report, at, &Handler::of_probe(probe), 0);
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
            report.error(&at.field("terminationGracePeriodSeconds"), format_args!("{seconds} is no time: at least 1"));
        }
    },

    /// A liveness or startup probe has succeeded after one success.
    ///
    /// Source: `validateLivenessProbe`, `validateStartupProbe`, pkg/apis/core/validation/validation.go
    fn succeeds_once(report: &mut Report<'_>, at: &Path<'_>, probe: &Probe) {
        let threshold = probe.success_threshold.unwrap_or_default();
        if !matches!(threshold, 0 | 1) {
            report
                .error(&at.field("successThreshold"), format_args!("{threshold}: only readiness counts; here it is 1"));
        }
    },

    /// A readiness probe ends no container, so it has no time for that.
    ///
    /// Source: `validateReadinessProbe`, pkg/apis/core/validation/validation.go
    fn readiness_ends_nothing(report: &mut Report<'_>, at: &Path<'_>, probe: &Probe) {
        if probe.termination_grace_period_seconds.is_some() {
            report.forbidden(&at.field("terminationGracePeriodSeconds"), "a readiness probe ends no container");
        }
    }
);

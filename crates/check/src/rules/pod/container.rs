//! Containers, init containers and sidecars.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{Container, ContainerResizePolicy, ContainerRestartRule};

use super::super::common::{list, required_text, text};
use super::{Context, claims, container_security, env, handler, mounts, ports, resources};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_label;

/// Validates the containers and init containers of a pod.
pub(super) fn containers(report: &mut Report<'_>, at: &Path<'_>, context: &Context<'_>) {
    let spec = context.spec;
    let grace_period = context.grace_period();
    let at_all = at.field("containers");
    super::required_containers(report, &at_all, &spec.containers);
    for (index, container) in spec.containers.iter().enumerate() {
        let at = at_all.index(index);
        common(report, &at, container, context);
        handler::handlers(report, &at, container, grace_period);
    }
    for (at, container) in context.owner.added {
        common(report, at, container, context);
    }
    // With `hostNetwork: true` an API server defaults `hostPort` to `containerPort`, though not in templates.
    let uses_host_network = context.owner.pod.is_some() && spec.host_network == Some(true);
    ports::unique_host_ports(report, &at_all, &spec.containers, uses_host_network);
    let at_init = at.field("initContainers");
    for (index, container) in list(&spec.init_containers).iter().enumerate() {
        let at = at_init.index(index);
        common(report, &at, container, context);
        ports::unique_host_ports(report, &at_init, std::slice::from_ref(container), uses_host_network);
        if container.restart_policy.as_deref() == Some("Always") {
            handler::handlers(report, &at, container, grace_period);
        } else {
            no_probes_in_init_containers(report, &at, container);
            no_resize_policy_in_init_containers(report, &at.field("resizePolicy"), list(&container.resize_policy));
        }
    }
    super::unique_container_names(report, at, &spec.containers, list(&spec.init_containers));
    if context.owner.pod.is_some() {
        super::each_container(spec, at, |at, container| no_image_whitespace(report, at, text(&container.image)));
    }
}

fn common(report: &mut Report<'_>, at: &Path<'_>, container: &Container, context: &Context<'_>) {
    name(report, &at.field("name"), &container.name);
    required_image(report, &at.field("image"), text(&container.image));
    image_pull_policy(report, &at.field("imagePullPolicy"), text(&container.image_pull_policy));
    let message_policy = text(&container.termination_message_policy);
    termination_message_policy(report, &at.field("terminationMessagePolicy"), message_policy);
    ports::ports(report, &at.field("ports"), list(&container.ports));
    env::variables(report, &at.field("env"), list(&container.env), context);
    env::env_from(report, &at.field("envFrom"), list(&container.env_from));
    mounts::mounts(report, &at.field("volumeMounts"), container, context);
    mounts::volume_devices(report, &at.field("volumeDevices"), container, context);
    if let Some(wanted) = &container.resources {
        resources::of_container(report, &at.field("resources"), wanted);
        let claims = list(&context.spec.resource_claims);
        claims::container_resource_claims(report, &at.field("resources.claims"), list(&wanted.claims), claims);
    }
    let resize = list(&container.resize_policy);
    resize_policy(report, &at.field("resizePolicy"), resize, context.restart_policy());
    let rules = list(&container.restart_policy_rules);
    restart_policy(report, &at.field("restartPolicy"), container.restart_policy.as_deref(), rules);
    restart_policy_rules(report, &at.field("restartPolicyRules"), rules);
    if let Some(wanted) = &container.security_context {
        container_security::security_context(report, &at.field("securityContext"), wanted, context.has_host_users());
    }
}

/// The area of the rules below.
const AREA: &str = "container";

rules!(
    /// `name` of a container is required and must be a DNS label.
    ///
    /// Example: `name: App_Server`
    ///
    /// Source: `validateContainerCommon`, pkg/apis/core/validation/validation.go
    fn name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.is_empty() {
            report.required(at, "a container needs a name");
        } else {
            report.require(at, dns_label(name));
        }
    },

    /// `image` of a container is required.
    ///
    /// Example: `image: ""`
    ///
    /// Source: `validateContainerCommon`, pkg/apis/core/validation/validation.go
    fn required_image(report: &mut Report<'_>, at: &Path<'_>, image: &str) {
        required_text(report, at, image, "set the image that the container runs");
    },

    /// `image` must not have leading or trailing whitespace. An API server checks this for Pods only, not for pod
    /// templates.
    ///
    /// Example: `image: "registry.example.com/app:1.0 "`
    ///
    /// Source: `validateContainerOnlyForPod`, pkg/apis/core/validation/validation.go
    fn no_image_whitespace(report: &mut Report<'_>, at: &Path<'_>, image: &str) {
        if image.trim() != image {
            report.error(&at.field("image"), format_args!("{image:?} must not have leading or trailing whitespace"));
        }
    },

    /// `imagePullPolicy` must be `Always`, `IfNotPresent` or `Never`.
    ///
    /// Example: `imagePullPolicy: OnChange`
    ///
    /// Source: `validatePullPolicy`, pkg/apis/core/validation/validation.go
    fn image_pull_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        if !policy.is_empty() {
            report.one_of(at, policy, &["Always", "IfNotPresent", "Never"]);
        }
    },

    /// `terminationMessagePolicy` must be `File` or `FallbackToLogsOnError`.
    ///
    /// Example: `terminationMessagePolicy: Logs`
    ///
    /// Source: `validateContainerCommon`, pkg/apis/core/validation/validation.go
    fn termination_message_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        if !policy.is_empty() {
            report.one_of(at, policy, &["File", "FallbackToLogsOnError"]);
        }
    },

    /// An init container may set `lifecycle`, `livenessProbe`, `readinessProbe` and `startupProbe` only with
    /// `restartPolicy: Always`, which makes it a sidecar.
    ///
    /// Source: `validateInitContainers`, pkg/apis/core/validation/validation.go
    fn no_probes_in_init_containers(report: &mut Report<'_>, at: &Path<'_>, container: &Container) {
        for (field, is_set) in [
            ("lifecycle", container.lifecycle.is_some()),
            ("livenessProbe", container.liveness_probe.is_some()),
            ("readinessProbe", container.readiness_probe.is_some()),
            ("startupProbe", container.startup_probe.is_some()),
        ] {
            if is_set {
                report.forbidden(&at.field(field), "an init container may set it only with `restartPolicy: Always`");
            }
        }
    },

    /// `resizePolicy` may list `cpu` and `memory` at most once each; `restartPolicy` of an entry must be `NotRequired`
    /// or `RestartContainer`, and `NotRequired` if the pod has `restartPolicy: Never`.
    ///
    /// Example: `resizePolicy: [{resourceName: disk, restartPolicy: NotRequired}]`
    ///
    /// Source: `validateResizePolicy`, pkg/apis/core/validation/validation.go
    fn resize_policy(report: &mut Report<'_>, at: &Path<'_>, policies: &[ContainerResizePolicy], restart: &str) {
        let mut resources = BTreeSet::new();
        for (index, policy) in policies.iter().enumerate() {
            if !resources.insert(policy.resource_name.as_str()) {
                report.duplicate(&at.index(index), format_args!("{:?}", policy.resource_name));
            }
            report.one_of(at, &policy.resource_name, &["cpu", "memory"]);
            report.one_of(at, &policy.restart_policy, &["NotRequired", "RestartContainer"]);
            if restart == "Never" && policy.restart_policy != "NotRequired" {
                let found = &policy.restart_policy;
                report.error(
                    at,
                    format_args!("must be `NotRequired`, found {found:?}, since the pod has `restartPolicy: Never`"),
                );
            }
        }
    },

    /// An init container may set `resizePolicy` only with `restartPolicy: Always`, which makes it a sidecar.
    ///
    /// Source: `validateInitContainers`, pkg/apis/core/validation/validation.go
    fn no_resize_policy_in_init_containers(report: &mut Report<'_>, at: &Path<'_>, policies: &[ContainerResizePolicy]) {
        if !policies.is_empty() {
            report.error_with_help(
                at,
                "may not be set for an init container that is not a sidecar",
                "remove it, or set `restartPolicy: Always` to make the container a sidecar",
            );
        }
    },

    /// `restartPolicy` of a container must be `Always`, `OnFailure` or `Never`; it is required with
    /// `restartPolicyRules`.
    ///
    /// Example: `restartPolicy: Sometimes`
    ///
    /// Source: `validateContainerRestartPolicy`, pkg/apis/core/validation/validation.go
    fn restart_policy(report: &mut Report<'_>, at: &Path<'_>, policy: Option<&str>, rules: &[ContainerRestartRule]) {
        match policy {
            Some(policy) => report.one_of(at, policy, &["Always", "OnFailure", "Never"]),
            None if rules.is_empty() => {}
            None => report.required(at, "set it together with `restartPolicyRules`"),
        }
    },

    /// `restartPolicyRules` may have at most 20 rules. Each needs an `action` of `Restart` or `RestartAllContainers`,
    /// and `exitCodes` with `operator: In` or `NotIn` and 1 to 255 `values`.
    ///
    /// Example: `restartPolicy: Never, restartPolicyRules: [{action: Restart}]`
    ///
    /// Source: `validateContainerRestartPolicy`, pkg/apis/core/validation/validation.go;
    /// <https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restart-rules>
    fn restart_policy_rules(report: &mut Report<'_>, at: &Path<'_>, rules: &[ContainerRestartRule]) {
        if rules.len() > 20 {
            report.error(at, format_args!("may have at most 20 rules, found {}", rules.len()));
        }
        for (index, rule) in rules.iter().enumerate() {
            restart_rule(report, &at.index(index), rule);
        }
    }
);

fn restart_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &ContainerRestartRule) {
    report.one_of(&at.field("action"), &rule.action, &["Restart", "RestartAllContainers"]);
    let Some(codes) = &rule.exit_codes else {
        return report.required(&at.field("exitCodes"), "a restart rule needs exit codes to match");
    };
    let at = at.field("exitCodes");
    report.one_of(&at.field("operator"), &codes.operator, &["In", "NotIn"]);
    let values = list(&codes.values);
    if values.is_empty() {
        report.required(&at.field("values"), "list at least one exit code");
    }
    if values.len() > 255 {
        report.error(&at.field("values"), format_args!("may have at most 255 exit codes, found {}", values.len()));
    }
}

//! Containers: what they all have, and what init containers and sidecars may not.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{Container, ContainerResizePolicy, ContainerRestartRule};

use super::super::common::{filled, list, text};
use super::{Context, claims, env, handler, init_resize, mounts, ports, resources, security};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_label;

/// Everything about the containers of a pod.
pub(super) fn containers(report: &mut Report<'_>, at: &Path<'_>, context: &Context<'_>) {
    let spec = context.spec;
    let grace_period = context.grace_period();
    let at_all = at.field("containers");
    some_container(report, &at_all, &spec.containers);
    for (index, container) in spec.containers.iter().enumerate() {
        let at = at_all.index(index);
        common(report, &at, container, context);
        handler::handlers(report, &at, container, grace_period);
    }
    // An API server sets the ports of the host by default, though not in templates.
    let is_host = context.owner.pod.is_some() && spec.host_network == Some(true);
    ports::host_ports_differ(report, &at_all, &spec.containers, is_host);
    let at_init = at.field("initContainers");
    for (index, container) in list(&spec.init_containers).iter().enumerate() {
        let at = at_init.index(index);
        common(report, &at, container, context);
        ports::host_ports_differ(report, &at_init, std::slice::from_ref(container), is_host);
        if container.restart_policy.as_deref() == Some("Always") {
            handler::handlers(report, &at, container, grace_period);
        } else {
            init_has_no_handlers(report, &at, container);
            if !list(&container.resize_policy).is_empty() {
                init_resize::resize_policy_restartable(report, &at.field("resizePolicy"));
            }
        }
    }
    names_differ(report, at, &spec.containers, list(&spec.init_containers));
    if context.owner.pod.is_some() {
        super::each_container(spec, at, |at, container| image_is_trimmed(report, at, text(&container.image)));
    }
}

fn common(report: &mut Report<'_>, at: &Path<'_>, container: &Container, context: &Context<'_>) {
    container_name(report, &at.field("name"), &container.name);
    image_there(report, &at.field("image"), text(&container.image));
    container_policies(report, at, container);
    ports::container_ports(report, &at.field("ports"), list(&container.ports));
    env::variables(report, &at.field("env"), list(&container.env), context);
    env::from(report, &at.field("envFrom"), list(&container.env_from));
    mounts::mounts(report, &at.field("volumeMounts"), container, context);
    mounts::devices(report, &at.field("volumeDevices"), container, context);
    if let Some(wanted) = &container.resources {
        resources::of_container(report, &at.field("resources"), wanted);
        let claims = list(&context.spec.resource_claims);
        claims::claims_of_container(report, &at.field("resources.claims"), list(&wanted.claims), claims);
    }
    let resize = list(&container.resize_policy);
    resize_policy(report, &at.field("resizePolicy"), resize, context.restart_policy());
    restart_rules(report, at, container.restart_policy.as_deref(), list(&container.restart_policy_rules));
    if let Some(wanted) = &container.security_context {
        security::container(report, &at.field("securityContext"), wanted, context.has_host_users());
    }
}

rules!(
    /// A pod has a container.
    ///
    /// Source: `validateContainers`, pkg/apis/core/validation/validation.go
    fn some_container(report: &mut Report<'_>, at: &Path<'_>, containers: &[Container]) {
        if containers.is_empty() {
            report.required(at, "a pod runs a container at least");
        }
    },

    /// A container is named by a DNS label.
    ///
    /// Source: `validateContainerCommon`, pkg/apis/core/validation/validation.go
    fn container_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.is_empty() {
            report.required(at, "logs and probes refer to a container by name");
        } else {
            report.require(at, dns_label(name));
        }
    },

    /// A container has an image.
    ///
    /// Source: `validateContainerCommon`, pkg/apis/core/validation/validation.go
    fn image_there(report: &mut Report<'_>, at: &Path<'_>, image: &str) {
        filled(report, at, image, "what the container runs");
    },

    /// The image of a pod has no blanks around it.
    ///
    /// Source: `validateContainerOnlyForPod`, pkg/apis/core/validation/validation.go
    fn image_is_trimmed(report: &mut Report<'_>, at: &Path<'_>, image: &str) {
        if image.trim() != image {
            report.error(&at.field("image"), format_args!("{image:?} has blanks around it"));
        }
    },

    /// When an image is pulled, and where the last message of a container comes from, is among what there is.
    ///
    /// Source: `validatePullPolicy`, `validateContainerCommon`, pkg/apis/core/validation/validation.go
    fn container_policies(report: &mut Report<'_>, at: &Path<'_>, container: &Container) {
        let pull = text(&container.image_pull_policy);
        if !pull.is_empty() {
            report.one_of(&at.field("imagePullPolicy"), pull, &["Always", "IfNotPresent", "Never"]);
        }
        let message = text(&container.termination_message_policy);
        if !message.is_empty() {
            let allowed = ["File", "FallbackToLogsOnError"];
            report.one_of(&at.field("terminationMessagePolicy"), message, &allowed);
        }
    },

    /// Of the containers and init containers of a pod no two have one name.
    ///
    /// Source: `validateContainers`, `validateInitContainers`, pkg/apis/core/validation/validation.go
    fn names_differ(report: &mut Report<'_>, at: &Path<'_>, containers: &[Container], init: &[Container]) {
        let mut names = BTreeSet::new();
        for (field, containers) in [("containers", containers), ("initContainers", init)] {
            for (index, container) in containers.iter().enumerate() {
                let is_nameless = field == "initContainers" && container.name.is_empty();
                if !names.insert(container.name.as_str()) && !is_nameless {
                    let at = at.field(field);
                    report.duplicate(&at.index(index).field("name"), format_args!("the name {:?}", container.name));
                }
            }
        }
    },

    /// An init container that ends has no probes and no hooks; one that goes on (`restartPolicy: Always`, a sidecar) may.
    ///
    /// Source: `validateInitContainers`, pkg/apis/core/validation/validation.go
    fn init_has_no_handlers(report: &mut Report<'_>, at: &Path<'_>, container: &Container) {
        for (field, is_there) in [
            ("lifecycle", container.lifecycle.is_some()),
            ("livenessProbe", container.liveness_probe.is_some()),
            ("readinessProbe", container.readiness_probe.is_some()),
            ("startupProbe", container.startup_probe.is_some()),
        ] {
            if is_there {
                report.forbidden(&at.field(field), "an init container has it only with `restartPolicy: Always`");
            }
        }
    },

    /// What happens to a container whose resources change is said for `cpu` and `memory`, once each, and no restart is
    /// asked for where the pod never restarts.
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
                report.error(at, format_args!("{found:?} asks for a restart, and the pod has `restartPolicy: Never`"));
            }
        }
    },

    /// A container that restarts by rules of its own has a restart policy, and rules of exit codes.
    ///
    /// Source: `validateContainerRestartPolicy`, pkg/apis/core/validation/validation.go;
    /// <https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restart-rules>
    fn restart_rules(report: &mut Report<'_>, at: &Path<'_>, policy: Option<&str>, rules: &[ContainerRestartRule]) {
        match policy {
            Some(policy) => report.one_of(&at.field("restartPolicy"), policy, &["Always", "OnFailure", "Never"]),
            None if rules.is_empty() => {}
            None => report.required(&at.field("restartPolicy"), "`restartPolicyRules` are exceptions of a policy"),
        }
        let at = at.field("restartPolicyRules");
        if rules.len() > 20 {
            report.error(&at, format_args!("{} rules are too many: at most 20", rules.len()));
        }
        for (index, rule) in rules.iter().enumerate() {
            restart_rule(report, &at.index(index), rule);
        }
    }
);

fn restart_rule(report: &mut Report<'_>, at: &Path<'_>, rule: &ContainerRestartRule) {
    report.one_of(&at.field("action"), &rule.action, &["Restart", "RestartAllContainers"]);
    let Some(codes) = &rule.exit_codes else {
        return report.required(&at.field("exitCodes"), "the rule is about exit codes");
    };
    let at = at.field("exitCodes");
    report.one_of(&at.field("operator"), &codes.operator, &["In", "NotIn"]);
    let values = list(&codes.values);
    if values.is_empty() {
        report.required(&at.field("values"), "the exit codes to compare with");
    }
    if values.len() > 255 {
        report.error(&at.field("values"), format_args!("{} exit codes are too many: at most 255", values.len()));
    }
}

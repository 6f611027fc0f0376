//! ValidatingWebhookConfigurations and MutatingWebhookConfigurations.

use k8s_openapi::api::admissionregistration::v1::{
    MatchCondition, MutatingWebhook, MutatingWebhookConfiguration, RuleWithOperations, ValidatingWebhook,
    ValidatingWebhookConfiguration, WebhookClientConfig,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::super::common::{list, repeated, within};
use super::super::names::Name;
use super::super::{meta, selector};
use super::matching::{Rule, match_policy, matched_operations};
use super::{Service, conditions, review_versions, service_of_webhook, url_of_webhook};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::domain_of;

/// What webhooks of both kinds have.
struct Webhook<'w> {
    name: &'w str,
    client: &'w WebhookClientConfig,
    versions: &'w [String],
    side_effects: &'w str,
    failure_policy: Option<&'w str>,
    match_policy: Option<&'w str>,
    timeout: Option<i32>,
    rules: &'w [RuleWithOperations],
    conditions: &'w [MatchCondition],
    selectors: [(&'static str, &'w Option<LabelSelector>); 2],
}

macro_rules! webhook {
    ($webhook:ident) => {
        Webhook {
            name: &$webhook.name,
            client: &$webhook.client_config,
            versions: &$webhook.admission_review_versions,
            side_effects: &$webhook.side_effects,
            failure_policy: $webhook.failure_policy.as_deref(),
            match_policy: $webhook.match_policy.as_deref(),
            timeout: $webhook.timeout_seconds,
            rules: list(&$webhook.rules),
            conditions: list(&$webhook.match_conditions),
            selectors: [
                ("namespaceSelector", &$webhook.namespace_selector),
                ("objectSelector", &$webhook.object_selector),
            ],
        }
    };
}

impl<'w> From<&'w ValidatingWebhook> for Webhook<'w> {
    fn from(webhook: &'w ValidatingWebhook) -> Self {
        webhook!(webhook)
    }
}

impl<'w> From<&'w MutatingWebhook> for Webhook<'w> {
    fn from(webhook: &'w MutatingWebhook) -> Self {
        webhook!(webhook)
    }
}

pub(crate) fn validating(object: &ValidatingWebhookConfiguration, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let webhooks = list(&object.webhooks);
    names_differ_of(report, webhooks.iter().map(|webhook| webhook.name.as_str()));
    let at = Path::ROOT.field("webhooks");
    for (index, each) in webhooks.iter().enumerate() {
        webhook(report, &at.index(index), &each.into());
    }
}

pub(crate) fn mutating(object: &MutatingWebhookConfiguration, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let webhooks = list(&object.webhooks);
    names_differ_of(report, webhooks.iter().map(|webhook| webhook.name.as_str()));
    let at = Path::ROOT.field("webhooks");
    for (index, each) in webhooks.iter().enumerate() {
        let at = at.index(index);
        webhook(report, &at, &each.into());
        if let Some(policy) = &each.reinvocation_policy {
            asked_again(report, &at.field("reinvocationPolicy"), policy);
        }
    }
}

fn names_differ_of<'w>(report: &mut Report<'_>, names: impl Iterator<Item = &'w str>) {
    let names: Vec<&str> = names.collect();
    let at = Path::ROOT.field("webhooks");
    let repeated = repeated(names.iter());
    for (index, name) in names.iter().enumerate().filter(|(index, _)| repeated[*index]) {
        webhook_names_differ(report, &at.index(index).field("name"), name);
    }
}

fn webhook(report: &mut Report<'_>, at: &Path<'_>, webhook: &Webhook<'_>) {
    webhook_name(report, &at.field("name"), webhook.name);
    webhook_choices(report, at, webhook);
    webhook_client(report, &at.field("clientConfig"), webhook.client);
    review_versions(report, &at.field("admissionReviewVersions"), webhook.versions);
    for (field, labels) in webhook.selectors {
        labels.iter().for_each(|labels| selector::label_selector(report, &at.field(field), labels));
    }
    let at_rules = at.field("rules");
    for (index, rule) in webhook.rules.iter().enumerate() {
        matched_operations(report, &at_rules.index(index), &Rule::of(rule));
    }
    conditions::conditions(report, &at.field("matchConditions"), webhook.conditions, false);
}

rules!(
    /// A webhook has a name of at least three parts with dots between them.
    ///
    /// Source: `validateValidatingWebhook`, pkg/apis/admissionregistration/validation/validation.go
    fn webhook_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.is_empty() {
            report.required(at, "a name such as `webhook.team.example.com`");
        } else {
            report.require(at, domain_of(name, 3));
        }
    },

    /// Webhooks of one configuration have different names.
    ///
    /// Source: `validateValidatingWebhookConfiguration`, pkg/apis/admissionregistration/validation/validation.go
    fn webhook_names_differ(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        report.duplicate(at, format_args!("the webhook {name:?}"));
    },

    /// A webhook has no side effects in a dry run, answers within half a minute, and fails in a way that there is.
    ///
    /// Source: `validateValidatingWebhook`, pkg/apis/admissionregistration/validation/validation.go
    fn webhook_choices(report: &mut Report<'_>, at: &Path<'_>, webhook: &Webhook<'_>) {
        let at_effects = at.field("sideEffects");
        match webhook.side_effects {
            "" => report.required(&at_effects, "`None` or `NoneOnDryRun`"),
            effects => report.one_of(&at_effects, effects, &["None", "NoneOnDryRun"]),
        }
        if let Some(policy) = webhook.failure_policy {
            report.one_of(&at.field("failurePolicy"), policy, &["Fail", "Ignore"]);
        }
        if let Some(policy) = webhook.match_policy {
            match_policy(report, &at.field("matchPolicy"), policy);
        }
        if let Some(seconds) = webhook.timeout {
            within(report, &at.field("timeoutSeconds"), seconds, 1, 30);
        }
    },

    /// A webhook is reached by a URL or by a Service.
    ///
    /// Source: `validateValidatingWebhook`, pkg/apis/admissionregistration/validation/validation.go
    fn webhook_client(report: &mut Report<'_>, at: &Path<'_>, client: &WebhookClientConfig) {
        match (&client.url, &client.service) {
            (Some(url), None) => url_of_webhook(report, &at.field("url"), url),
            (None, Some(service)) => {
                let (name, namespace) = (&service.name, &service.namespace);
                let fields = ["name", "namespace"];
                let service = Service { name, namespace, path: &service.path, port: service.port, fields };
                service_of_webhook(report, &at.field("service"), &service);
            }
            (None, None) => report.required(at, "`url` or `service`"),
            (Some(_), Some(_)) => report.required(at, "`url` or `service`, not both"),
        }
    },

    /// Whether a webhook is asked again is a choice that there is.
    ///
    /// Source: `validateMutatingWebhook`, pkg/apis/admissionregistration/validation/validation.go
    fn asked_again(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["IfNeeded", "Never"]);
    }
);

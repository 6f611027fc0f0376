//! Conversion between the versions of a custom resource.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{CustomResourceConversion, WebhookConversion};

use super::super::admission::{Service, client_service, client_url, review_versions};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(super) fn conversion(report: &mut Report<'_>, at: &Path<'_>, conversion: Option<&CustomResourceConversion>) {
    let Some(conversion) = conversion else { return };
    conversion_strategy(report, at, conversion);
    let Some(webhook) = conversion.webhook.as_ref().filter(|_| conversion.strategy == "Webhook") else { return };
    let (client, versions) = (at.field("webhook.clientConfig"), at.field("webhook.conversionReviewVersions"));
    let versions = Path::moved("spec.conversion.conversionReviewVersions", &versions);
    review_versions(report, &versions, &webhook.conversion_review_versions);
    conversion_client_config(report, &Path::moved("spec.conversion.webhookClientConfig", &client), webhook);
}

/// The area of the rules below.
const AREA: &str = "customresourcedefinition";

rules!(
    /// `conversion.strategy` must be `None`, or `Webhook` with `conversion.webhook`.
    ///
    /// Example: `spec: {conversion: {strategy: Webhook}}`
    ///
    /// Source: `validateCustomResourceConversion`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn conversion_strategy(report: &mut Report<'_>, at: &Path<'_>, conversion: &CustomResourceConversion) {
        let client = at.field("webhookClientConfig");
        match conversion.strategy.as_str() {
            "" => report.required(&at.field("strategy"), "must be `None` or `Webhook`"),
            strategy => report.one_of(&at.field("strategy"), strategy, &["None", "Webhook"]),
        }
        match &conversion.webhook {
            None if conversion.strategy == "Webhook" => report.required(&client, "`strategy` is `Webhook`"),
            Some(webhook) if conversion.strategy != "Webhook" => {
                let written = at.field("webhook");
                if webhook.client_config.is_some() {
                    report.error_in(&client, &written, "may not be set when `strategy` is not `Webhook`");
                }
                if !webhook.conversion_review_versions.is_empty() {
                    let at = at.field("conversionReviewVersions");
                    report.error_in(&at, &written, "may not be set when `strategy` is not `Webhook`");
                }
            }
            _ => {}
        }
    },

    /// `clientConfig` of a conversion webhook must set exactly one of `url` and `service`.
    ///
    /// Example: `spec: {conversion: {strategy: Webhook, webhook: {clientConfig: {}, conversionReviewVersions: [v1]}}}`
    ///
    /// Source: `validateCustomResourceConversion`, apiextensions-apiserver
    /// pkg/apis/apiextensions/validation/validation.go
    fn conversion_client_config(report: &mut Report<'_>, at: &Path<'_>, webhook: &WebhookConversion) {
        let Some(client) = &webhook.client_config else {
            return report.required(at, "`strategy` is `Webhook`");
        };
        match (&client.url, &client.service) {
            (Some(url), None) => client_url(report, &at.field("url"), url),
            (None, Some(service)) => {
                let (name, namespace) = (&service.name, &service.namespace);
                // For conversion webhooks an API server swaps the two fields.
                let fields = ["namespace", "name"];
                let service = Service { name, namespace, path: &service.path, port: service.port, fields };
                client_service(report, &at.field("service"), &service);
            }
            (None, None) => report.required(at, "set `url` or `service`"),
            (Some(_), Some(_)) => report.required(at, "`url` and `service` are mutually exclusive"),
        }
    }
);

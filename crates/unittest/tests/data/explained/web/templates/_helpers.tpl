{{- define "web.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
{{ toYaml .Values.labels }}
{{- end }}

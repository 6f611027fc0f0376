{{- define "web.outer" -}}
{{ include "web.inner" . }}
{{- end -}}
{{- define "web.inner" -}}
tag: {{ .Values.image.tag }}
{{- end -}}

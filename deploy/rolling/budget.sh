# shellcheck shell=bash
# Sourced by what rolls releases out: whether the error budget burns, as the Prometheus of ROLL_PROMETHEUS sees it. Expects say().

# 14.4 times what the objective allows, over five minutes or, when a replica was just replaced, over the last one. No answer counts as burning: nobody would see it otherwise.
burns() {
  [ -n "${ROLL_PROMETHEUS:-}" ] || return 1
  local query='(slo:availability:error_ratio_rate5m > 14.4 * 0.001) or (sum(rate(http_requests_total{job="mainstreet",route!~"/health.*|/metrics",status_code=~"5.."}[1m])) / sum(rate(http_requests_total{job="mainstreet",route!~"/health.*|/metrics"}[1m])) > 14.4 * 0.001)'
  local answer
  answer=$(curl -sf --max-time 5 "$ROLL_PROMETHEUS/api/v1/query" --data-urlencode "query=$query") || { say "Prometheus does not answer"; return 0; }
  [[ $answer != *'"result":[]'* ]]
}

# As long as ROLL_WATCH seconds (120) without burning.
stays_sound() {
  [ -n "${ROLL_PROMETHEUS:-}" ] || return 0
  local until=$((SECONDS + ${ROLL_WATCH:-120}))
  while [ $SECONDS -lt $until ]; do
    if burns; then return 1; fi
    sleep 1
  done
}

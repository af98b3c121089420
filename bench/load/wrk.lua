-- A closed loop with pauses: each connection waits an exponentially distributed time (mean PAUSE milliseconds) between an answer and its next request.
local pause = tonumber(os.getenv("PAUSE") or "100")
math.randomseed(os.time())

function delay()
  return math.floor(-pause * math.log(1 - math.random()) + 0.5)
end

function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %.1f %.3f %.3f %.3f %d\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, bad))
end

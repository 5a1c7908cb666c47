// Takes processor time until it is ended, as a busy machine does.
for (;;) Math.sqrt(performance.now());

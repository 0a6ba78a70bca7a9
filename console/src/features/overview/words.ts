export const words = {
  en: {
    title: 'Overview',
    healthy: 'Everything runs as it should',
    warn: (count: string) => `Running, with ${count} to watch`,
    bad: (count: string) => `Needs a look: ${count}`,
    problems: (count: number, number: string) => (count === 1 ? 'one thing' : `${number} things`),
    healthyText: (nodes: number, number: string) =>
      nodes === 1
        ? 'One process is alive and nothing waits for an operator.'
        : `${number} processes are alive and nothing waits for an operator.`,
    look: 'Look at it',
    needsAttention: 'What needs attention',
    nothing: 'Nothing. No incident is open, no message is dead, no queue is late, and every objective is kept.',
    states: { warn: 'Watch', bad: 'Act' },
    deadIn: {
      outbox: (count: number, number: string) =>
        count === 1
          ? 'One message of the outbox is dead: the broker refused it.'
          : `${number} messages of the outbox are dead: the broker refused them.`,
      inbox: (count: number, number: string) =>
        count === 1
          ? 'One message of the inbox is dead: its consumer gave up.'
          : `${number} messages of the inbox are dead: their consumers gave up.`,
      work: (count: number, number: string) =>
        count === 1 ? '1 work item is dead.' : `${number} work items are dead.`,
    },
    noBackground: 'No process delivers events and runs background work. Start a worker.',
    noBroker: 'The message broker does not answer. Events wait in the database; nothing is lost.',
    missing: (name: string) => `The process ${name} has sent no heartbeat.`,
    behind: (name: string, time: string) => `The consumer ${name} is ${time} behind.`,
    waits: (name: string, time: string) => `Work of the queue ${name} has waited for ${time}.`,
    objective: {
      breached: (about: string) => `Objective breached: ${about}`,
      warning: (about: string) => `Objective at risk: ${about}`,
    },
    about: {
      availability: 'requests answered with a status below 500',
      faults: 'requests without an internal error',
      reads: 'reads answered within 300 ms',
      outboxOldestSeconds: 'age of the oldest event that waits',
      'notifications.success_ratio': 'messages sent in the last day',
      'logging.corrupted_ratio': 'log events with a wrong checksum',
      'files.missing': 'files whose content is missing',
      'scheduler.lag_seconds': 'how late the scheduler is',
      'scheduler.quarantined': 'jobs in quarantine',
      'audit.unsealed_seconds': 'how long audit entries wait for their seal',
      'audit.verified_seconds': 'time since the last clean audit check',
      'backup.verified_age_seconds': 'age of the last backup that was verified',
    } as Readonly<Record<string, string>>,
    requests: 'Requests',
    perSecond: (share: string) => `per second, ${share} errors`,
    outbox: 'Outbox',
    waiting: 'waiting',
    inbox: 'Inbox',
    work: 'Background work',
    dead: 'dead',
    scheduler: 'Scheduler',
    running: 'running now',
    database: 'Database',
    inUse: (waiting: string) => `in use, ${waiting} waiting`,
    incident: (title: string) => `Open incident: ${title}`,
    moreIncidents: (number: string) => `${number} more incidents are open.`,
    fine: 'Healthy',
    attention: 'Check',
    bricks: (name: string, hours: number, number: string) =>
      hours === 0
        ? `${name}: no alert in the last 24 hours`
        : hours === 1
          ? `${name}: alerts in one of the last 24 hours`
          : `${name}: alerts in ${number} of the last 24 hours`,
    nodes: 'Processes',
    kinds: { serve: 'Server', worker: 'Worker' },
    nodeStates: { alive: 'Alive', stopped: 'No heartbeat' },
    hello: (name: string) => `Hello, ${name}`,
    open: (count: number, number: string) =>
      count === 0
        ? 'You have no open todos.'
        : count === 1
          ? 'You have one open todo.'
          : `You have ${number} open todos.`,
    seeTodos: 'See the todos',
    welcome: 'You are signed in.',
  },
  fa: {
    title: 'نمای کلی',
    healthy: 'همه‌چیز درست کار می‌کند',
    warn: (count: string) => `سامانه کار می‌کند؛ ${count} برای توجه`,
    bad: (count: string) => `نیاز به رسیدگی: ${count}`,
    problems: (_: number, number: string) => `${number} مورد`,
    healthyText: (_: number, number: string) => `${number} پردازه زنده است و چیزی در انتظار اپراتور نیست.`,
    look: 'رسیدگی',
    needsAttention: 'آنچه توجه می‌خواهد',
    nothing: 'هیچ. نه رخدادی باز است، نه پیامی ناموفق مانده، نه صفی عقب است و همهٔ هدف‌ها برقرارند.',
    states: { warn: 'توجه', bad: 'اقدام' },
    deadIn: {
      outbox: (_: number, number: string) => `${number} پیام صندوق خروجی ناموفق مانده: کارگزار پیام نپذیرفته است.`,
      inbox: (_: number, number: string) => `${number} پیام صندوق ورودی ناموفق مانده: مصرف‌کننده دست کشیده است.`,
      work: (_: number, number: string) => `${number} کار پس‌زمینه ناموفق مانده است.`,
    },
    noBackground: 'هیچ پردازه‌ای رویدادها را نمی‌رساند و کارهای پس‌زمینه را انجام نمی‌دهد. یک ورکر راه بیندازید.',
    noBroker: 'کارگزار پیام پاسخ نمی‌دهد. رویدادها در پایگاه داده منتظرند و چیزی از دست نمی‌رود.',
    missing: (name: string) => `از پردازهٔ ${name} ضربانی نرسیده است.`,
    behind: (name: string, time: string) => `مصرف‌کنندهٔ ${name} به اندازهٔ ${time} عقب است.`,
    waits: (name: string, time: string) => `کارهای پس‌زمینهٔ صف ${name} به مدت ${time} منتظر مانده‌اند.`,
    objective: {
      breached: (about: string) => `هدف شکسته: ${about}`,
      warning: (about: string) => `هدف در خطر: ${about}`,
    },
    about: {
      availability: 'درخواست‌هایی که پاسخ زیر ۵۰۰ گرفتند',
      faults: 'درخواست‌های بدون خطای داخلی',
      reads: 'خواندن‌هایی که در ۳۰۰ میلی‌ثانیه پاسخ گرفتند',
      outboxOldestSeconds: 'عمر قدیمی‌ترین رویداد منتظر',
      'notifications.success_ratio': 'پیام‌های ارسال‌شده در روز گذشته',
      'logging.corrupted_ratio': 'رویدادهای لاگ با چک‌سام نادرست',
      'files.missing': 'فایل‌هایی که محتوایشان گم شده',
      'scheduler.lag_seconds': 'دیرکرد زمان‌بند',
      'scheduler.quarantined': 'کارهای در قرنطینه',
      'audit.unsealed_seconds': 'انتظار رکوردهای ممیزی برای مهر',
      'audit.verified_seconds': 'زمان گذشته از آخرین بررسی سالم لاگ ممیزی',
      'backup.verified_age_seconds': 'عمر آخرین پشتیبان بررسی‌شده',
    } as Readonly<Record<string, string>>,
    requests: 'درخواست‌ها',
    perSecond: (share: string) => `در ثانیه، ${share} خطا`,
    outbox: 'صندوق خروجی',
    waiting: 'در انتظار',
    inbox: 'صندوق ورودی',
    work: 'کارهای پس‌زمینه',
    dead: 'ناموفق',
    scheduler: 'زمان‌بند',
    running: 'در حال اجرا',
    database: 'پایگاه داده',
    inUse: (waiting: string) => `در حال استفاده، ${waiting} در صف`,
    incident: (title: string) => `رخداد باز: ${title}`,
    moreIncidents: (number: string) => `${number} رخداد دیگر هم باز است.`,
    fine: 'سالم',
    attention: 'رسیدگی',
    bricks: (name: string, hours: number, number: string) =>
      hours === 0 ? `${name}: در ۲۴ ساعت گذشته بدون هشدار` : `${name}: هشدار در ${number} ساعت از ۲۴ ساعت گذشته`,
    nodes: 'پردازه‌ها',
    kinds: { serve: 'سرور', worker: 'ورکر' },
    nodeStates: { alive: 'زنده', stopped: 'بدون ضربان' },
    hello: (name: string) => `سلام ${name}`,
    open: (count: number, number: string) => (count === 0 ? 'کار بازی ندارید.' : `${number} کار باز دارید.`),
    seeTodos: 'دیدن کارها',
    welcome: 'وارد شده‌اید.',
  },
};

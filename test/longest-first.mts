import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Begun last, each of them would keep the whole run waiting by itself. The longest of them first. */
const longest = [
  'e2e/ticket-trouble',
  'e2e/hanging-sunco',
  'e2e/hourly-register',
  'e2e/late-answers',
  'browser/functions',
  'browser/trouble',
  'browser/access',
  'browser/support',
  'e2e/support-register',
  'e2e/webhook',
  'e2e/sessions',
  'sandbox-page/start',
  'browser/handoff',
  'e2e/half-done',
  'e2e/missed-events',
  'e2e/ticket-limits',
]

/** A fresh clone has no times of an earlier run to order the files by, and what mostly waits may be a small file. */
export class LongestFirst extends BaseSequencer {
  public override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const place = longest.findIndex((name) => moduleId.includes(`/test/${name}.test.ts`))
      return place < 0 ? longest.length : place
    }
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

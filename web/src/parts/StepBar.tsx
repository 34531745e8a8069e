/* Sent, cooking, ready, served: four marks and the words. */
import { STEPS, type Step } from '@/data/orders';
import { useTexts } from '@/texts';
import classes from './StepBar.module.css';

export function StepBar({ step }: { step: Step }) {
  const t = useTexts();
  const at = STEPS.indexOf(step);
  return (
    <ol className={classes.bar} aria-label={t.order.stepsNow(t.order.steps[step])} data-step={step}>
      {STEPS.map((name, index) => (
        <li key={name} className={classes.step} data-done={index <= at || undefined} {...(index === at ? { 'aria-current': 'step' as const } : {})}>
          {t.order.steps[name]}
        </li>
      ))}
    </ol>
  );
}

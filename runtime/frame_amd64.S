/* frame_amd64.S: saving and resuming the context of a function that defers.
 *
 * Floor 3. The saved words stand in the function's own frame, in the order of RtContext: rbx rbp r12 r13 r14 r15
 * rsp rip, where rsp is what the caller has after the return. Stack moves adjust them like every other word.
 */
        .text

/* Bool gol_frame_enter(gol_frame *f, void *results): saves, then rt_frame_link(f) returns false to the caller. */
        .globl  gol_frame_enter
        .type   gol_frame_enter, @function
gol_frame_enter:
        .cfi_startproc
        endbr64
        movq    %rbx, (%rdi)
        movq    %rbp, 8(%rdi)
        movq    %r12, 16(%rdi)
        movq    %r13, 24(%rdi)
        movq    %r14, 32(%rdi)
        movq    %r15, 40(%rdi)
        leaq    8(%rsp), %rax
        movq    %rax, 48(%rdi)
        movq    (%rsp), %rax
        movq    %rax, 56(%rdi)
        jmp     rt_frame_link
        .cfi_endproc
        .size   gol_frame_enter, .-gol_frame_enter

/* void rt_frame_resume(gol_frame *f): gol_frame_enter returns true, or the function goes on at the label that
 * GOL_FRAME_ENTER has noted. */
        .globl  rt_frame_resume
        .hidden rt_frame_resume
        .type   rt_frame_resume, @function
rt_frame_resume:
        .cfi_startproc
        endbr64
        movq    (%rdi), %rbx
        movq    8(%rdi), %rbp
        movq    16(%rdi), %r12
        movq    24(%rdi), %r13
        movq    32(%rdi), %r14
        movq    40(%rdi), %r15
        movq    48(%rdi), %rsp
        movl    $1, %eax
        jmpq    *56(%rdi)
        .cfi_endproc
        .size   rt_frame_resume, .-rt_frame_resume

/* void rt_frame_call(gol_frame *f, void (*fn)(void)): cuts the stack back to the frame and calls fn there, as if
 * from where it would go on. fn does not return. */
        .globl  rt_frame_call
        .hidden rt_frame_call
        .type   rt_frame_call, @function
rt_frame_call:
        .cfi_startproc
        endbr64
        movq    (%rdi), %rbx
        movq    8(%rdi), %rbp
        movq    16(%rdi), %r12
        movq    24(%rdi), %r13
        movq    32(%rdi), %r14
        movq    40(%rdi), %r15
        movq    48(%rdi), %rsp
        movq    56(%rdi), %rax  /* fn returns, to unwinders' eyes, to the frame's function: they look at the byte */
        incq    %rax            /* before, which may be another's if the label stands first in the cold part */
        pushq   %rax
        jmpq    *%rsi
        .cfi_endproc
        .size   rt_frame_call, .-rt_frame_call

        .section .note.GNU-stack, "", @progbits
